package dev.redisqueue.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import dev.redisqueue.Delivery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs every broken link that the workers found, and keeps the first for the summary.
 */
final class FindingReporter {

	private static final Logger rtLogger = LoggerFactory.getLogger("rtLogger");

	private final List<Finding> first = new ArrayList<>();

	private final AtomicInteger count = new AtomicInteger();

	void report(Delivery<Finding> delivery) {
		Finding finding = delivery.payload();
		rtLogger.warn("{} links to {}: {}", finding.page(), finding.link(), finding.problem());
		if (delivery.ack() && this.count.incrementAndGet() <= 50) {
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
