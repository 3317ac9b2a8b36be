package dev.redisqueue;

import java.util.List;
import java.util.Optional;

/**
 * The dead letters of one queue: messages that were given up, with their original bytes.
 * They stay until they are redriven or deleted, or until there are more of them, or older
 * ones, than the {@linkplain QueueOptions#deadLetterLimit() options} keep.
 *
 * @param <T> the type of the payload
 */
public interface DeadLetters<T> {

	/**
	 * How many there are.
	 * @return the number of dead letters
	 */
	long size();

	/**
	 * Reads a page of them, the oldest first. The next page begins at the offset and as
	 * many more as came; an empty one is behind the last.
	 * @param offset how many to skip
	 * @param limit how many to read at most, 1 to 1 000; fewer come where their bytes add
	 * up to more than 16 MB
	 * @return the letters
	 */
	List<DeadLetter<T>> list(long offset, int limit);

	/**
	 * Reads one of them.
	 * @param id the letter's id
	 * @return the letter, or empty if there is none of this id
	 */
	Optional<DeadLetter<T>> find(String id);

	/**
	 * Brings back the oldest ones: each joins the tail of the queue once, as its first
	 * attempt, however many processes redrive at the same time.
	 * @param max how many at most
	 * @return how many were brought back
	 */
	long redrive(long max);

	/**
	 * Brings back the oldest ones little by little, so that they do not flood who takes
	 * them: each joins the tail of the queue once, as its first attempt, however many
	 * processes redrive at the same time. Each call has a rate of its own. Blocks until
	 * it is done; letters that die while it runs are left for the next call.
	 * @param max how many at most
	 * @param perSecond how many a second at most, 1 or more
	 * @return how many were brought back
	 * @throws InterruptedException if the thread is interrupted; what was brought back
	 * until then stays so
	 */
	long redrive(long max, int perSecond) throws InterruptedException;

	/**
	 * Brings back one: it joins the tail of the queue as its first attempt.
	 * @param id the letter's id
	 * @return {@code false} if there is none of this id
	 */
	boolean redrive(String id);

	/**
	 * Removes one for good.
	 * @param id the letter's id
	 * @return {@code false} if there is none of this id
	 */
	boolean delete(String id);

	/**
	 * Removes all of them for good.
	 * @return how many were removed
	 */
	long purge();

}
