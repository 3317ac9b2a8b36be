package dev.redisqueue.redis.upkeep;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

import dev.redisqueue.redis.link.CallFailedException;
import dev.redisqueue.redis.link.RedisLink;
import dev.redisqueue.redis.link.RedisLink.Repeat;
import dev.redisqueue.redis.link.RedisValues;
import dev.redisqueue.redis.link.Workers;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds messages whose consumer's entry was deleted by somebody: one slow pass over the
 * key names of a Redis for all queues that ask while it is prepared.
 */
public final class OrphanScan {

	private static final Logger logger = LoggerFactory.getLogger(OrphanScan.class);

	private static final ScanArgs TAKEN = ScanArgs.Builder.matches("{*}:taken:*").limit(500);

	private static final long PREPARATION = 1000;

	private static final long STEP = 20;

	private final RedisLink link;

	private final Workers workers;

	private final Map<String, Consumer<String>> adopters = new ConcurrentHashMap<>();

	private boolean prepared;

	public OrphanScan(RedisLink link, Workers workers) {
		this.link = link;
		this.workers = workers;
	}

	/**
	 * Asks for a pass.
	 * @param prefix what precedes the consumer in the names of the keys
	 * @param adopter told of each consumer found, in use or not
	 */
	public synchronized void request(String prefix, Consumer<String> adopter) {
		this.adopters.put(prefix, adopter);
		if (!this.prepared) {
			step(null, PREPARATION);
			this.prepared = true;
		}
	}

	/** Of a queue that is closed; one that was made anew meanwhile keeps its own. */
	public void forget(String prefix, Consumer<String> adopter) {
		this.adopters.remove(prefix, adopter);
	}

	private void step(@Nullable KeyScanCursor<byte[]> cursor, long millis) {
		try {
			this.workers.after(millis, () -> this.workers.executeBulk(() -> scan(cursor)));
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The scan ends, the queues are closed", ex);
		}
	}

	private void scan(@Nullable KeyScanCursor<byte[]> cursor) {
		if (cursor == null) {
			synchronized (this) {
				this.prepared = false;
			}
		}
		try {
			KeyScanCursor<byte[]> found = this.link
				.call(Repeat.ALWAYS, (redis) -> redis.scan((cursor != null) ? cursor : ScanCursor.INITIAL, TAKEN))
				.value();
			found.getKeys().stream().map(RedisValues::text).forEach(this::adopt);
			if (!found.isFinished()) {
				step(found, STEP);
			}
		}
		catch (CallFailedException ex) {
			logger.debug("The scan for abandoned messages ends early ({}); the next start does it", ex.reason());
		}
	}

	/** One that cannot be adopted does not keep the others from it. */
	private void adopt(String key) {
		int end = key.lastIndexOf(':') + 1;
		Consumer<String> adopter = this.adopters.get(key.substring(0, end));
		if (adopter != null) {
			try {
				adopter.accept(key.substring(end));
			}
			catch (CallFailedException ex) {
				logger.debug("{} cannot be adopted now ({})", key, ex.reason());
			}
			catch (RuntimeException ex) {
				logger.warn("{} could not be adopted; the next start tries it again", key, ex);
			}
		}
	}

}
