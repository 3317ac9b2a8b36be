package dev.redisqueue.listener;

import java.util.List;

import dev.redisqueue.Delivery;

import org.springframework.util.function.ThrowingConsumer;

/**
 * Handles one delivery of a batch after the other.
 *
 * @param <T> the type of the payload
 */
final class EachHandler<T> implements DeliveryHandler<T> {

	private final ThrowingConsumer<Delivery<T>> handler;

	EachHandler(ThrowingConsumer<Delivery<T>> handler) {
		this.handler = handler;
	}

	@Override
	public void handle(List<Delivery<T>> deliveries) throws Exception {
		int at = 0;
		try {
			for (; at < deliveries.size(); at++) {
				this.handler.acceptWithException(deliveries.get(at));
			}
		}
		catch (Exception | Error ex) {
			settleOthers(deliveries, at, ex);
			throw ex;
		}
	}

	/** Those before it are done, those behind it have not begun. */
	private void settleOthers(List<Delivery<T>> deliveries, int failed, Throwable failure) {
		try {
			deliveries.subList(0, failed).forEach(Delivery::ack);
			for (int i = deliveries.size() - 1; i > failed; i--) {
				deliveries.get(i).release();
			}
		}
		catch (RuntimeException ex) {
			failure.addSuppressed(ex);
		}
	}

}
