package dev.redisqueue.boot.listener;

/**
 * Validates a payload before its handler gets it.
 */
@FunctionalInterface
interface PayloadCheck {

	/** Lets everything pass. */
	PayloadCheck NONE = (payload) -> {
	};

	/** Throws where the payload is not valid. */
	void check(Object payload);

}
