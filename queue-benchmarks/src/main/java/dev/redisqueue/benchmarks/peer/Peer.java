package dev.redisqueue.benchmarks.peer;

import java.util.Set;
import java.util.function.Supplier;

import dev.redisqueue.benchmarks.measure.Gauge;

/**
 * One of those that are compared. It connects when it is used first.
 */
public interface Peer {

	/**
	 * Selects it on the command line.
	 * @return the id
	 */
	String id();

	/**
	 * Its name in the table.
	 * @return the title
	 */
	String title();

	/**
	 * How it was set up, for the notes of the table.
	 * @return a sentence
	 */
	String configuration();

	/**
	 * What it can do.
	 * @return its verbs
	 */
	Set<Verb> verbs();

	/**
	 * Does one round of work.
	 * @param verb what to do
	 * @param parallel with how many threads, or with what concurrency
	 * @param operations with how many messages
	 * @param gauge makes what reads the figures; not used for {@link Verb#LATENCY}, which
	 * has figures of its own: p50, p99 and p99.9 in microseconds
	 * @return the figures
	 * @throws Exception if it cannot be done
	 */
	double[] measure(Verb verb, int parallel, int operations, Supplier<Gauge> gauge) throws Exception;

	/** Closes its connections. */
	void close();

}
