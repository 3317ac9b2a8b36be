package dev.redisqueue.benchmarks.peer;

/**
 * What a peer is asked to do.
 */
public enum Verb {

	/** Puts one message a call, from as many threads as asked for. */
	PUT,

	/** Puts 100 messages a call, from one thread. */
	PUT_ALL,

	/** Removes one message a call, from one thread; they are all there. */
	GET,

	/** Hands messages that are all there to a handler that does nothing. */
	LISTEN,

	/** {@link #PUT} from 16 threads, while a listener hands them out. */
	PUT_AND_LISTEN,

	/** The time from one put to its handler, where nothing else happens. */
	LATENCY

}
