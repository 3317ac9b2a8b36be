package dev.redisqueue;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A message that was given up.
 *
 * @param <T> the type of the payload
 */
public interface DeadLetter<T> {

	/**
	 * The id of the letter: that of the message, with a suffix where a letter of that id
	 * was there already.
	 * @return the id
	 */
	String id();

	/**
	 * The payload, decoded at the first call.
	 * @return the payload
	 * @throws UndecodablePayloadException if the bytes are no payload of this type, or
	 * are too many to have been received
	 */
	T payload();

	/**
	 * The bytes of the payload, as they were put.
	 * @return a copy of the bytes
	 * @throws UndecodablePayloadException if they are too many to have been received
	 */
	byte[] bytes();

	/**
	 * How many bytes the message has, its head included.
	 * @return the size in bytes
	 */
	long size();

	/**
	 * The headers that the put gave it.
	 * @return the headers, unmodifiable
	 */
	Map<String, String> headers();

	/**
	 * Why it was given up.
	 * @return the reason
	 */
	String reason();

	/**
	 * The class of the last failure.
	 * @return the name of the exception's class, or empty
	 */
	Optional<String> causeType();

	/**
	 * The message of the last failure, cut to 1 000 characters.
	 * @return the exception's message, or empty
	 */
	Optional<String> causeMessage();

	/**
	 * How often it had been handed out.
	 * @return the attempts
	 */
	int attempts();

	/**
	 * When it was put.
	 * @return the time, or empty where another client pushed it
	 */
	Optional<Instant> putAt();

	/**
	 * When it first failed.
	 * @return the time, or empty where it was given up at its first failure
	 */
	Optional<Instant> firstFailedAt();

	/**
	 * When it was given up, by the clock of Redis.
	 * @return the time
	 */
	Instant diedAt();

}
