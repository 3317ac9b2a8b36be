package dev.redisqueue.benchmarks.measure;

import java.util.List;

/**
 * Reads what an operation costs the server.
 */
public final class ServerCost implements Gauge {

	/** What it reads. */
	public static final List<Figure> FIGURES = List.of(
			new Figure("Redis commands, inside of scripts too", "commands/message"),
			new Figure("Redis processor time", "µs/message"),
			new Figure("share of the time in which Redis computes", "of 1"));

	private final ServerInfo server;

	private volatile long start;

	private volatile long commands;

	private volatile double seconds;

	/**
	 * Creates a gauge.
	 * @param server the server that is watched
	 */
	public ServerCost(ServerInfo server) {
		this.server = server;
	}

	@Override
	public void begin() {
		this.commands = this.server.commands();
		this.seconds = this.server.processorSeconds();
		this.start = System.nanoTime();
	}

	@Override
	public double[] end(int operations) {
		double elapsed = (System.nanoTime() - this.start) / 1e9;
		double used = this.server.processorSeconds() - this.seconds;
		double sent = this.server.commands() - this.commands;
		return new double[] { sent / operations, used * 1e6 / operations, used / elapsed };
	}

}
