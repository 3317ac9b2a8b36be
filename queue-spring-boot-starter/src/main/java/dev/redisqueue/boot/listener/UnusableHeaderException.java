package dev.redisqueue.boot.listener;

import org.jspecify.annotations.Nullable;

/**
 * A message lacks a header that its listener requires, or has one of another type.
 * Another attempt would not change that: the message is buried.
 */
final class UnusableHeaderException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	UnusableHeaderException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
