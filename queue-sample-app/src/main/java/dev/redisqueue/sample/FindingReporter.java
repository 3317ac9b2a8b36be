package dev.redisqueue.sample;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import dev.redisqueue.boot.RedisQueueListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * Listens to queue {@code findings}: logs every broken link that was found, and keeps the
 * first for the summary.
 */
@Component
class FindingReporter {

	private static final Logger rtLogger = LoggerFactory.getLogger("rtLogger");

	private final List<Finding> first = new CopyOnWriteArrayList<>();

	private final AtomicInteger count = new AtomicInteger();

	@RedisQueueListener(queues = "findings", autoStartup = "false")
	void report(Finding finding) {
		rtLogger.warn("{} links to {}: {}", finding.page(), finding.link(), finding.problem());
		if (this.count.incrementAndGet() <= 50) {
			this.first.add(finding);
		}
	}

	int count() {
		return this.count.get();
	}

	void summarise() {
		this.first.forEach((finding) -> System.out.printf("%s%n    links to %s: %s%n", finding.page(), finding.link(),
				finding.problem()));
		System.out.printf("%d broken links%s%n", count(),
				(count() > this.first.size()) ? ", the rest is in the log" : "");
	}

}
