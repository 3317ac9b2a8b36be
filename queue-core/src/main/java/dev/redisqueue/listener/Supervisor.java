package dev.redisqueue.listener;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks after the other threads of a listener, on one that does nothing else. Whatever a
 * look throws, the others are done and the next one comes.
 */
final class Supervisor implements Runnable {

	private final long period;

	private final List<Runnable> looks;

	private final Mishaps mishaps;

	private final CountDownLatch closed = new CountDownLatch(1);

	/**
	 * Creates it.
	 * @param period how often, in milliseconds
	 * @param looks what is looked after; none of them may block
	 * @param mishaps told what fails
	 */
	Supervisor(long period, List<Runnable> looks, Mishaps mishaps) {
		this.period = period;
		this.looks = looks;
		this.mishaps = mishaps;
	}

	@Override
	public void run() {
		while (!isClosed()) {
			for (int i = 0; i < this.looks.size(); i++) {
				try {
					this.looks.get(i).run();
				}
				catch (Throwable ex) {
					this.mishaps.report("looking after its threads", ex);
				}
			}
		}
	}

	private boolean isClosed() {
		try {
			return this.closed.await(this.period, TimeUnit.MILLISECONDS);
		}
		catch (Throwable ex) {
			// No memory, or an interrupt that nobody here has asked for.
			Thread.interrupted();
			NoMemory.pause();
			return this.closed.getCount() == 0;
		}
	}

	void close() {
		this.closed.countDown();
	}

}
