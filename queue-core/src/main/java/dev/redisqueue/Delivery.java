package dev.redisqueue;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * One message on loan from a queue, to be settled by exactly one of {@link #ack()},
 * {@link #release()}, {@link #releaseInterrupted()}, {@code retry} and {@code bury}.
 * <p>
 * The loan lasts for as long as this process renews its lease, which it does by itself.
 * If the process dies or loses Redis for longer than the lease, another consumer gets the
 * message with {@code attempt() + 1}, and each settling verb here returns {@code false}
 * and changes nothing. So it is after {@link QueueOptions#maxHold()}, where that is set.
 * <p>
 * Keep a delivery for as long as its message is worked on: one that nothing refers to any
 * more was dropped, and nobody can settle it. From one lease after it was taken on, such
 * a message goes back to the queue with {@code attempt() + 1}, and the log says so; that
 * may happen late, as the garbage collector has to find out.
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
	 * How many of the earlier attempts ended by {@link #releaseInterrupted()}. They are
	 * not held against the most attempts of the queue.
	 * @return the number, 0 to {@code attempt() - 1}
	 */
	int interruptions();

	/**
	 * Whether a failure buries the message now: {@code attempt() - interruptions()} has
	 * reached the most attempts of the queue.
	 * @return {@code true} if {@code retry} would bury
	 */
	boolean isLastAttempt();

	/**
	 * Whether the message came back from a consumer that died or was cut off, without a
	 * handler's word since: it may have been executed before, in part or as a whole.
	 * @return {@code true} if it was recovered
	 */
	boolean isRecovered();

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
	 * Interrupted: gives back a message whose handler began and was stopped by no fault
	 * of the message, as a shutdown does. It goes to the head of the queue, and the next
	 * delivery has {@code attempt() + 1}, since this one may have done part of its work;
	 * but the attempt is counted in {@link #interruptions()} and not held against the
	 * most attempts of the queue. In a queue of format {@code raw} it goes to the next
	 * taker instead, since its frame may not enter the list.
	 * @return {@code false} if the lease was lost: another consumer owns the message
	 */
	boolean releaseInterrupted();

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
	 * Failed: tries the message again after the queue's backoff, the attempt counted. On
	 * the last attempt it buries with the cause.
	 * @param cause why the handler failed; class and message (cut to 1 000 characters)
	 * are kept with the message
	 * @return {@code false} if the lease was lost: another consumer owns the message
	 */
	boolean retry(Throwable cause);

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
	 * Whether nothing is left to be done here: a verb has decided the message, or the
	 * lease was lost and this process knows it. Waits for a verb that is under way.
	 * @return {@code false} as long as a verb may decide the message
	 */
	boolean isSettled();

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
