package dev.redisqueue;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * One message on loan from a queue, to be settled by exactly one of {@link #ack()},
 * {@link #release()}, {@code retry} and {@code bury}.
 * <p>
 * The loan lasts for as long as this process renews its lease, which it does by itself.
 * If the process dies or loses Redis for longer than the lease, another consumer gets the
 * message with {@code attempt() + 1}, and each settling verb here returns {@code false}
 * and changes nothing.
 * <p>
 * Settling is idempotent: once a verb has decided the message, calling it again returns
 * what it returned before, and another verb returns {@code false}. It works on an
 * interrupted thread and keeps the thread's flag. Where it throws
 * {@link QueueUnavailableException} nothing is decided yet, the message stays on loan,
 * and the call may be made again.
 *
 * @param <T> the type of the payload
 */
public interface Delivery<T> extends AutoCloseable {

	/**
	 * The payload, decoded at the first call. Of a message that was recovered from a dead
	 * consumer, the first call also notes in Redis that work on it begins, which may
	 * throw {@link QueueUnavailableException}.
	 * @return the payload
	 * @throws UndecodablePayloadException if the bytes are no payload of this type; bury
	 * the delivery, its bytes go with it
	 */
	T payload();

	/**
	 * The bytes of the payload, without the frame's head.
	 * @return a copy of the bytes
	 */
	byte[] bytes();

	/**
	 * The id of the message. It is given by the put; a message that another client pushed
	 * gets one when it is taken, and keeps it from its first retry on.
	 * @return the id
	 */
	String id();

	/**
	 * How often the message has been handed to a handler, this time included.
	 * @return 1 for the first delivery
	 */
	int attempt();

	/**
	 * The headers that the put gave it.
	 * @return the headers, unmodifiable, in the order of the put
	 */
	Map<String, String> headers();

	/**
	 * When the message was put, by the clock of Redis as its producer knew it.
	 * @return the time, or empty where another client pushed the message
	 */
	Optional<Instant> putAt();

	/**
	 * Done: the message is removed for good.
	 * @return {@code false} if the lease was lost: another consumer owns the message, or,
	 * where the reply of an earlier copy of this call was lost too, that copy removed it
	 */
	boolean ack();

	/**
	 * Gives the message back to the head of the queue, its attempt not counted. In a
	 * queue of format {@code raw} one that was tried before goes to the next taker
	 * instead, since its frame may not enter the list.
	 * @return {@code false} if the lease was lost: another consumer owns the message
	 */
	boolean release();

	/**
	 * Failed: tries the message again after the queue's backoff, the attempt counted. On
	 * the last attempt it buries.
	 * @return {@code false} if the lease was lost: another consumer owns the message
	 */
	boolean retry();

	/**
	 * Failed: tries the message again after a delay, the attempt counted. On the last
	 * attempt it buries.
	 * @param delay the delay, zero or more
	 * @return {@code false} if the lease was lost: another consumer owns the message
	 */
	boolean retry(Duration delay);

	/**
	 * Failed: tries the message again after a delay, the attempt counted. On the last
	 * attempt it buries with the cause.
	 * @param delay the delay, zero or more
	 * @param cause why the handler failed; class and message (cut to 1 000 characters)
	 * are kept with the message
	 * @return {@code false} if the lease was lost: another consumer owns the message
	 */
	boolean retry(Duration delay, @Nullable Throwable cause);

	/**
	 * Given up: the message becomes a dead letter.
	 * @param reason why, in a few words (cut to 1 000 characters)
	 * @return {@code false} if the lease was lost: another consumer owns the message
	 */
	boolean bury(String reason);

	/**
	 * Given up: the message becomes a dead letter.
	 * @param reason why, in a few words (cut to 1 000 characters)
	 * @param cause why the handler failed; class and message (cut to 1 000 characters)
	 * are kept with the letter
	 * @return {@code false} if the lease was lost: another consumer owns the message
	 */
	boolean bury(String reason, @Nullable Throwable cause);

	/**
	 * Runs an action once if the lease is lost, or could not be renewed for its whole
	 * length, before the delivery is settled; at once if that is so already. The action
	 * runs on a thread of the queue: it should only signal, say interrupt the handler.
	 * @param action the action
	 */
	void onLeaseLost(Runnable action);

	/**
	 * Retries the delivery unless it is settled, so that a handler which throws out of
	 * {@code try}-with-resources is tried again.
	 */
	@Override
	void close();

}
