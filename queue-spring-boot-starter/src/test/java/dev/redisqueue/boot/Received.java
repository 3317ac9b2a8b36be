package dev.redisqueue.boot;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a listener got, in the order of the calls.
 */
public class Received {

	private final List<Object> values = new CopyOnWriteArrayList<>();

	public void add(Object value) {
		this.values.add(value);
	}

	public List<Object> values() {
		return this.values;
	}

	public void awaitExactly(Object... expected) {
		QueueRunner.await().untilAsserted(() -> assertThat(this.values).containsExactly(expected));
	}

	public void awaitSize(int size) {
		QueueRunner.await().untilAsserted(() -> assertThat(this.values).hasSize(size));
	}

}
