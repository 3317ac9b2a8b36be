package dev.redisqueue.listener;

import java.util.List;

import dev.redisqueue.Delivery;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.TaskDecorator;

/**
 * A handler whose calls run within what a task decorator puts around them.
 *
 * @param <T> the type of the payload
 */
final class DecoratedHandler<T> implements DeliveryHandler<T> {

	private final DeliveryHandler<T> handler;

	private final TaskDecorator decorator;

	DecoratedHandler(DeliveryHandler<T> handler, TaskDecorator decorator) {
		this.handler = handler;
		this.decorator = decorator;
	}

	@Override
	public void handle(List<Delivery<T>> deliveries) throws Exception {
		Call call = new Call(deliveries);
		this.decorator.decorate(call).run();
		call.rethrow();
	}

	private final class Call implements Runnable {

		private final List<Delivery<T>> deliveries;

		private boolean made;

		private @Nullable Exception failure;

		Call(List<Delivery<T>> deliveries) {
			this.deliveries = deliveries;
		}

		@Override
		public void run() {
			this.made = true;
			try {
				DecoratedHandler.this.handler.handle(this.deliveries);
			}
			catch (Exception ex) {
				this.failure = ex;
			}
		}

		void rethrow() throws Exception {
			if (this.failure != null) {
				throw this.failure;
			}
			if (!this.made) {
				throw new IllegalStateException("The task decorator " + DecoratedHandler.this.decorator.getClass()
						+ " has not run the handler on this thread");
			}
		}

	}

}
