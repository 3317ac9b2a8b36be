package dev.redisqueue.listener;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Tells the application of a listener that fails, recovers or idles, one event after the
 * other and on a thread of its own: an event listener that hangs holds up later events
 * only.
 */
final class Announcer {

	/** More are not kept for an event listener that hangs. */
	private static final int MOST = 100;

	/** What is over sooner is not worth a call. */
	private static final long LASTING = TimeUnit.MILLISECONDS.toNanos(500);

	private final String listener;

	private final Consumer<ListenerEvent> publisher;

	private final Mishaps mishaps;

	private final ScheduledThreadPoolExecutor thread;

	private @Nullable Long failingSince;

	private boolean announced;

	private int idleIntervals;

	/**
	 * Creates it for a run.
	 * @param listener the id
	 * @param publisher where events go
	 */
	Announcer(String listener, Consumer<ListenerEvent> publisher, Mishaps mishaps, ListenerThreads threads) {
		this.listener = listener;
		this.publisher = publisher;
		this.mishaps = mishaps;
		this.thread = threads.scheduler(1, "event");
	}

	/**
	 * Looks at a listener, twice a second say.
	 * @param troubles what is wrong with it
	 */
	void look(List<String> troubles) {
		long now = System.nanoTime();
		if (troubles.isEmpty()) {
			if (this.announced && this.failingSince != null) {
				announce(new ListenerEvent.Recovered(this.listener, Duration.ofNanos(now - this.failingSince)));
			}
			this.failingSince = null;
			this.announced = false;
		}
		else if (this.failingSince == null) {
			this.failingSince = now;
		}
		else if (!this.announced && now - this.failingSince >= LASTING) {
			this.announced = true;
			announce(new ListenerEvent.Failing(this.listener, List.copyOf(troubles)));
		}
	}

	/**
	 * Looks at how long nothing was to be handled.
	 * @param idle so long
	 * @param interval after which that is told
	 */
	void lookIdle(Duration idle, Duration interval) {
		int intervals = (int) Math.min(Integer.MAX_VALUE, idle.dividedBy(interval));
		if (intervals > this.idleIntervals) {
			announce(new ListenerEvent.Idle(this.listener, idle));
		}
		this.idleIntervals = intervals;
	}

	private void announce(ListenerEvent event) {
		if (this.thread.getQueue().size() < MOST) {
			this.thread.execute(() -> publish(event));
		}
	}

	private void publish(ListenerEvent event) {
		try {
			this.publisher.accept(event);
		}
		catch (Throwable ex) {
			this.mishaps.report("telling an event listener", ex);
		}
	}

}
