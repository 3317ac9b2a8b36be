package dev.redisqueue.listener;

import java.time.Duration;
import java.util.List;

/**
 * What a listener tells the application, on a thread of its own: <pre>{@code
 * &#64;EventListener
 * void on(ListenerEvent.Failing event) {
 *     this.pager.call(event.listener() + ": " + event.troubles());
 * }
 * }</pre>
 */
public sealed interface ListenerEvent {

	/**
	 * Who tells it.
	 * @return the id of the listener
	 */
	String listener();

	/**
	 * Something keeps it from working as it should, and has for half a second or more.
	 *
	 * @param listener the id of the listener
	 * @param troubles what is wrong, a sentence each, for people
	 */
	record Failing(String listener, List<String> troubles) implements ListenerEvent {
	}

	/**
	 * What was {@link Failing} is well again.
	 *
	 * @param listener the id of the listener
	 * @param after how long it was not
	 */
	record Recovered(String listener, Duration after) implements ListenerEvent {
	}

	/**
	 * It has had nothing to handle for {@link ListenerOptions#idleEventInterval()}, or
	 * for another one.
	 *
	 * @param listener the id of the listener
	 * @param since for how long
	 */
	record Idle(String listener, Duration since) implements ListenerEvent {
	}

}
