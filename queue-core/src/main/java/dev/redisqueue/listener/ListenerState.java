package dev.redisqueue.listener;

/**
 * What a listener does.
 */
public enum ListenerState {

	/** It was not started, or has stopped. */
	STOPPED,

	/** It takes and handles. */
	RUNNING,

	/** It was started, and takes and begins nothing until it is resumed. */
	PAUSED,

	/** It takes and begins nothing more, and waits for the handlers that run. */
	STOPPING

}
