package dev.redisqueue.listener;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import dev.redisqueue.Delivery;

/**
 * A handler that notes what it was given, and holds it if the test wants so.
 */
final class Handled implements DeliveryHandler<String> {

	private final List<String> executions = Collections.synchronizedList(new ArrayList<>());

	private final List<String> interrupted = new CopyOnWriteArrayList<>();

	private volatile CountDownLatch gate = new CountDownLatch(0);

	@Override
	public void handle(List<Delivery<String>> deliveries) throws InterruptedException {
		for (Delivery<String> delivery : deliveries) {
			String execution = delivery.payload() + " " + delivery.attempt();
			this.executions.add(execution);
			try {
				this.gate.await();
			}
			catch (InterruptedException ex) {
				this.interrupted.add(execution);
				throw ex;
			}
		}
	}

	/** From now on executions last until {@link #release()}. */
	void hold() {
		this.gate = new CountDownLatch(1);
	}

	void release() {
		this.gate.countDown();
	}

	/** Payload and attempt of each execution that began. */
	List<String> executions() {
		synchronized (this.executions) {
			return List.copyOf(this.executions);
		}
	}

	/** Of each execution that began. */
	List<String> payloads() {
		return executions().stream().map((execution) -> execution.substring(0, execution.lastIndexOf(' '))).toList();
	}

	/** Of each execution that was interrupted. */
	List<String> interrupted() {
		return this.interrupted;
	}

}
