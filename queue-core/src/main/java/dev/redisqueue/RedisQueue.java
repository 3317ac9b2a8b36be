package dev.redisqueue;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A named queue of messages in Redis.
 * <p>
 * {@code get} removes a message at once: it is delivered at most once. {@code take}
 * borrows a message under a lease that is renewed for as long as this process lives: it
 * is delivered at least once, and comes back by itself when the process dies. Messages
 * leave in the order in which they came, except those that were delayed or tried again.
 * <pre>{@code
 * orders.put(new Order(42));
 * try (Delivery<Order> delivery = orders.take(Duration.ofSeconds(5)).orElseThrow()) {
 *     ship(delivery.payload());
 *     delivery.ack();
 * }
 * }</pre>
 * <p>
 * Instances are safe for use by many threads. Every method throws
 * {@link QueueUnavailableException} where Redis cannot be reached for 10 s, unless it
 * says otherwise, and {@link QueueException} for an answer of Redis that trying again
 * does not mend (a key of another type, a missing permission). Until then a call is not
 * interruptible, as an interrupt would lose its reply; waiting for a message is. A
 * {@code null} payload is an {@link IllegalArgumentException}.
 * <p>
 * This interface is not meant to be implemented by applications: methods may be added in
 * minor releases.
 *
 * @param <T> the type of the payload
 */
public interface RedisQueue<T> {

	/**
	 * The name of the queue in Redis, without its namespace.
	 * @return the name
	 */
	String name();

	/**
	 * Adds a message at the tail. When this returns, Redis has it. Where the queue has a
	 * limit and is full, it is refused, or waits for room, as the
	 * {@linkplain QueueOptions#whenFull() options} say.
	 * <p>
	 * Within a Spring transaction it is sent after the commit, by the thread that
	 * commits, and not at all after a rollback, unless the queue's
	 * {@linkplain QueueOptions#transactions() options} say otherwise. The payload is
	 * encoded at once, and fails at once; what fails after the commit is thrown from the
	 * commit, when the other messages of the transaction have been sent. A process that
	 * dies between the two loses the message: where that is not acceptable, use an
	 * outbox.
	 * @param payload the payload
	 * @throws PutRefusedException if the message was surely not stored: among other
	 * reasons because the queue is full, or the thread was interrupted while it waited
	 * for room (it keeps its flag)
	 * @throws PutOutcomeUnknownException if the reply was lost: the message is there once
	 * or not at all
	 */
	void put(T payload);

	/**
	 * Adds a message as the options say. Within a Spring transaction it is sent after the
	 * commit like a plain one, and a delay counts from there, the age of
	 * {@link PutOptions#expireAfter(Duration)} from this call; but a unique put has to
	 * answer, and is sent at once.
	 * @param payload the payload
	 * @param options what is asked for beyond a plain put
	 * @return {@code false} if the message was refused as a duplicate of a unique put,
	 * {@code true} otherwise
	 * @throws PutRefusedException if the message was surely not stored
	 * @throws PutOutcomeUnknownException if the reply was lost: the message is there once
	 * or not at all; a unique put may be repeated by the caller with the same id
	 */
	boolean put(T payload, PutOptions options);

	/**
	 * Adds messages at the tail, in order, in round trips of at most 1 000 messages or 4
	 * MB. Each round trip is atomic, all of them together are not. In a queue with a
	 * limit a round trip waits for room for all its messages. Within a Spring transaction
	 * they are sent after the commit, as with {@link #put(Object)}.
	 * @param payloads the payloads
	 * @throws PutRefusedException if a round trip was refused;
	 * {@link PutRefusedException#stored()} tells how many messages went before it; at
	 * once and as a whole, if one has more messages than the queue ever takes
	 * @throws PutOutcomeUnknownException if the reply of a round trip was lost
	 */
	void putAll(Collection<? extends T> payloads);

	/**
	 * Removes the message at the head, and waits for one without limit.
	 * @return the payload
	 * @throws InterruptedException if the thread is interrupted while it waits; nothing
	 * is lost by it
	 * @throws GetOutcomeUnknownException if the reply was lost: at most the message whose
	 * reply was cut is gone
	 * @throws UndecodablePayloadException if the message has no payload of this type; it
	 * was moved to the dead letters
	 */
	T get() throws InterruptedException;

	/**
	 * Removes the message at the head, and waits for one up to the timeout.
	 * @param timeout how long to wait; zero does not wait
	 * @return the payload, or empty if none came in time
	 * @throws InterruptedException if the thread is interrupted while it waits; nothing
	 * is lost by it
	 * @throws IllegalArgumentException if the timeout is negative
	 * @throws GetOutcomeUnknownException if the reply was lost: at most the message whose
	 * reply was cut is gone
	 * @throws UndecodablePayloadException if the message has no payload of this type; it
	 * was moved to the dead letters
	 */
	Optional<T> get(Duration timeout) throws InterruptedException;

	/**
	 * Removes the message at the head, without waiting.
	 * @return the payload, or empty if there is none
	 * @throws GetOutcomeUnknownException if the reply was lost: at most the message whose
	 * reply was cut is gone
	 * @throws UndecodablePayloadException if the message has no payload of this type; it
	 * was moved to the dead letters
	 */
	Optional<T> getNowait();

	/**
	 * Looks at the message at the head without touching it.
	 * @return the payload, or empty if there is none
	 * @throws UndecodablePayloadException if the message has no payload of this type; it
	 * stays where it is
	 */
	Optional<T> peek();

	/**
	 * Borrows the message at the head, and waits for one up to the timeout; must be
	 * settled.
	 * @param timeout how long to wait; zero does not wait
	 * @return the delivery, or empty if none came in time or the queue is paused
	 * @throws InterruptedException if the thread is interrupted while it waits; nothing
	 * is lost by it
	 * @throws IllegalArgumentException if the timeout is negative
	 */
	Optional<Delivery<T>> take(Duration timeout) throws InterruptedException;

	/**
	 * Borrows up to {@code max} messages from the head, and waits for the first up to the
	 * timeout; each must be settled.
	 * @param max how many at most, 1 to 1 000; fewer come where their bytes add up to
	 * more than 256 kB, or where messages may be large
	 * @param timeout how long to wait; zero does not wait
	 * @return the deliveries in order, or an empty list if none came in time or the queue
	 * is paused
	 * @throws InterruptedException if the thread is interrupted while it waits; nothing
	 * is lost by it
	 * @throws IllegalArgumentException if {@code max} is out of range or the timeout
	 * negative
	 */
	List<Delivery<T>> take(int max, Duration timeout) throws InterruptedException;

	/**
	 * Waits until a message is ready, and takes nothing: whoever is first gets it.
	 * Returns early rather than late, and may return without one.
	 * @param timeout how long to wait at most
	 * @throws InterruptedException if the thread is interrupted
	 * @throws QueueException if Redis refuses to wait; where it does not answer, that is
	 * waited for
	 * @throws IllegalStateException if the queue is closed
	 */
	void awaitReady(Duration timeout) throws InterruptedException;

	/**
	 * Acknowledges deliveries of this queue in one round trip (per 4 000).
	 * @param deliveries deliveries that this queue handed out
	 * @return how many were still ours, those acknowledged before included
	 * @throws IllegalArgumentException if a delivery is of another queue
	 */
	int ackAll(Collection<? extends Delivery<T>> deliveries);

	/**
	 * How many messages are ready to be taken. Neither delayed nor taken ones count.
	 * @return the number of ready messages
	 */
	long size();

	/**
	 * Whether no message is ready.
	 * @return {@code true} if {@link #size()} is zero
	 */
	boolean isEmpty();

	/**
	 * Removes the ready and the delayed messages. Taken messages and dead letters stay.
	 * @return how many were removed
	 */
	long clear();

	/**
	 * Counts what the queue holds. The figures are read one after the other, not at one
	 * instant.
	 * @return the figures
	 */
	QueueStats stats();

	/**
	 * The messages that were given up.
	 * @return the dead letters of this queue
	 */
	DeadLetters<T> deadLetters();

	/**
	 * Holds {@code take} in all processes until {@link #resume()}. {@code get} and other
	 * clients go on.
	 */
	void pause();

	/**
	 * Ends a {@link #pause()}; waiting takers notice within a second.
	 */
	void resume();

	/**
	 * Whether the queue is paused.
	 * @return {@code true} if it is
	 */
	boolean isPaused();

}
