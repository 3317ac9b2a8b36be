package dev.redisqueue.boot;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a listener got, in the order of the calls.
 */
class Received {

	private final List<Object> values = new CopyOnWriteArrayList<>();

	void add(Object value) {
		this.values.add(value);
	}

	List<Object> values() {
		return this.values;
	}

	void awaitExactly(Object... expected) {
		ListenerRunner.await().untilAsserted(() -> assertThat(this.values).containsExactly(expected));
	}

	void awaitSize(int size) {
		ListenerRunner.await().untilAsserted(() -> assertThat(this.values).hasSize(size));
	}

}
