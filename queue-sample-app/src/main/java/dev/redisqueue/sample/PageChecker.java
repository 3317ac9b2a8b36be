package dev.redisqueue.sample;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import dev.redisqueue.Delivery;
import dev.redisqueue.PutOptions;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.RedisQueueListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/**
 * Listens to queue {@code pages}: fetches each page, puts what is broken and each link
 * that is new, and acknowledges it last. If the process dies before, the page is
 * delivered again, and what had been put already is refused as a duplicate.
 */
@Component
class PageChecker {

	private static final Logger fileLogger = LoggerFactory.getLogger("fileLogger");

	private static final int MAX_ATTEMPTS = 3;

	/** Part of each unique key, so that one run does not hide pages from the next. */
	private final String run = UUID.randomUUID().toString();

	private final AtomicInteger done = new AtomicInteger();

	private final AtomicInteger skipped = new AtomicInteger();

	private final RedisQueue<Page> pages;

	private final RedisQueue<Finding> findings;

	private volatile @Nullable PageFetcher fetcher;

	/**
	 * Gets its queues in the two usual ways. A queue is a bean of the name it has in
	 * application.properties: a parameter of that name is enough ({@code pages}), and a
	 * parameter of another name says which queue it means ({@code broken}).
	 */
	PageChecker(RedisQueue<Page> pages, @Qualifier("findings") RedisQueue<Finding> broken) {
		this.pages = pages;
		this.findings = broken;
	}

	/** Puts the first page of a site; the listener is to be started then. */
	void begin(String start, PageFetcher fetcher) {
		this.fetcher = fetcher;
		put(start, start);
	}

	private void put(String url, String foundOn) {
		if (this.pages.put(new Page(url, foundOn), once(url))) {
			fileLogger.debug("{}: found on {}", url, foundOn);
		}
	}

	/**
	 * Checks a page, as many at the same time as there are workers. An exception would be
	 * tried again too, but with the backoff of the queue and a stack trace in the log.
	 */
	@RedisQueueListener(queues = "pages", id = "checker", concurrency = "${checker.workers}", autoStartup = "false")
	void check(Page page, Delivery<Page> delivery) throws InterruptedException {
		PageFetcher fetcher = Objects.requireNonNull(this.fetcher);
		PageFetcher.Answer answer = fetcher.fetch(page.url());
		String problem = answer.problem();
		fileLogger.info("{}: {}", page.url(), (problem != null) ? problem : "ok");
		if (answer.transientFailure() && delivery.attempt() < MAX_ATTEMPTS) {
			delivery.retry(Duration.ofSeconds(1));
			return;
		}
		if (problem != null) {
			this.findings.put(new Finding(page.foundOn(), page.url(), problem), once("finding " + page.url()));
		}
		for (String link : answer.links()) {
			if (fetcher.onSite(link)) {
				put(link, page.url());
			}
			else {
				this.skipped.incrementAndGet();
			}
		}
		if (delivery.ack()) { // as returning does, but here it counts
			this.done.incrementAndGet();
		}
	}

	/** Hashed, because a URL may be longer than a unique key can be. */
	private PutOptions once(String what) {
		String key = this.run + ":" + UUID.nameUUIDFromBytes(what.getBytes(StandardCharsets.UTF_8));
		return PutOptions.create().unique(key, Duration.ofDays(1));
	}

	@Override
	public String toString() {
		return this.done + " pages and files checked, " + this.skipped + " links to other sites skipped";
	}

}
