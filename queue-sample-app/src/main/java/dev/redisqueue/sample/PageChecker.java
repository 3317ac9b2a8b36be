package dev.redisqueue.sample;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import dev.redisqueue.Delivery;
import dev.redisqueue.PutOptions;
import dev.redisqueue.RedisQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a worker does with a page: fetches it, puts what is broken and each link that is
 * new, and acknowledges it last. If the process dies before, the page is delivered again,
 * and what had been put already is refused as a duplicate.
 */
final class PageChecker {

	private static final Logger fileLogger = LoggerFactory.getLogger("fileLogger");

	private static final int MAX_ATTEMPTS = 3;

	/** Part of each unique key, so that one run does not hide pages from the next. */
	private final String run = UUID.randomUUID().toString();

	private final AtomicInteger done = new AtomicInteger();

	private final AtomicInteger skipped = new AtomicInteger();

	private final RedisQueue<Page> pages;

	private final RedisQueue<Finding> findings;

	private final PageFetcher fetcher;

	PageChecker(RedisQueue<Page> pages, RedisQueue<Finding> findings, PageFetcher fetcher) {
		this.pages = pages;
		this.findings = findings;
		this.fetcher = fetcher;
	}

	void put(String url, String foundOn) {
		if (this.pages.put(new Page(url, foundOn), once(url))) {
			fileLogger.debug("{}: found on {}", url, foundOn);
		}
	}

	void check(Delivery<Page> delivery) {
		Page page = delivery.payload();
		try {
			PageFetcher.Answer answer = this.fetcher.fetch(page.url());
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
				if (this.fetcher.onSite(link)) {
					put(link, page.url());
				}
				else {
					this.skipped.incrementAndGet();
				}
			}
			if (delivery.ack()) {
				this.done.incrementAndGet();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			delivery.release();
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
