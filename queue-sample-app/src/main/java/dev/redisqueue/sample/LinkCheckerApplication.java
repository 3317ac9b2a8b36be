package dev.redisqueue.sample;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import dev.redisqueue.QueueStats;
import dev.redisqueue.RedisQueue;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Checks the links of a site: with {@code --check=URL} of that one, with
 * {@code --serve=DIR} of a folder that it serves itself, and without arguments of a small
 * bundled site with known faults. Exit code: 0 no broken links, 1 some, 2 could not run.
 */
@SpringBootApplication(proxyBeanMethods = false)
public class LinkCheckerApplication implements ApplicationRunner, ExitCodeGenerator, AutoCloseable {

	private final RedisQueue<Page> pages;

	private final RedisQueue<Finding> findings;

	private final int workers;

	private final CountDownLatch stopping = new CountDownLatch(1);

	private int exitCode = 2;

	/**
	 * Gets its queues in the two usual ways. A queue is a bean of the name it has in
	 * application.properties: a parameter of that name is enough ({@code pages}), and a
	 * parameter of another name says which queue it means ({@code broken}).
	 */
	LinkCheckerApplication(RedisQueue<Page> pages, @Qualifier("findings") RedisQueue<Finding> broken,
			@Value("${checker.workers}") int workers) {
		this.pages = pages;
		this.findings = broken;
		this.workers = workers;
	}

	public static void main(String[] args) {
		int exitCode = 2;
		try {
			exitCode = SpringApplication.exit(SpringApplication.run(LinkCheckerApplication.class, args));
		}
		finally {
			System.exit(exitCode);
		}
	}

	@Override
	public synchronized void run(ApplicationArguments arguments) {
		try (SiteServer server = new SiteServer()) {
			if (!arguments.getNonOptionArgs().isEmpty()) {
				throw new IllegalArgumentException("it takes --check=URL or --serve=DIR or nothing");
			}
			if (arguments.containsOption("check")) {
				check(Links.normalise(String.join("", arguments.getOptionValues("check"))));
			}
			else if (arguments.containsOption("serve")) {
				check(server.serve(Path.of(String.join("", arguments.getOptionValues("serve")))));
			}
			else {
				check(server.serveBundledSite());
			}
		}
		catch (Exception ex) {
			System.err.println("Could not run: " + ex);
		}
	}

	/**
	 * Checks a site. What an earlier run may have left in the queues is cleared first:
	 * two checks at the same time need a {@code redis.queue.namespace} each.
	 */
	private void check(String start) throws InterruptedException {
		PageFetcher fetcher = new PageFetcher(start, Duration.ofSeconds(10));
		PageFetcher.Answer answer = fetcher.fetch(start);
		if (answer.problem() != null) {
			throw new IllegalStateException("the start page " + start + " says: " + answer.problem());
		}
		if (!fetcher.onSite(answer.url())) {
			throw new IllegalStateException(start + " redirects to another site: check " + answer.url());
		}
		clear(this.pages);
		clear(this.findings);
		System.out.printf("Checking %s with %d workers%n", start, this.workers);
		PageChecker checker = new PageChecker(this.pages, this.findings, fetcher);
		checker.put(start, start);
		FindingReporter reporter = new FindingReporter();
		ExecutorService threads = Executors.newCachedThreadPool();
		try {
			for (int i = 0; i < this.workers; i++) {
				threads.execute(new Taker<>(this.pages, checker::check));
			}
			threads.execute(new Taker<>(this.findings, reporter::report));
			awaitEnd(checker, reporter);
		}
		finally {
			threads.shutdownNow();
			threads.awaitTermination(10, TimeUnit.SECONDS);
		}
		long givenUp = this.pages.deadLetters().size() + this.findings.deadLetters().size();
		reporter.summarise();
		System.out.printf("%s, %d given up%n", checker, givenUp);
		this.exitCode = (reporter.count() + givenUp == 0) ? 0 : 1;
	}

	/**
	 * Waits until both queues are empty. That is the end, as a page is acknowledged after
	 * its links were put. The figures of a queue are not read at one instant: a message
	 * on the move may be missed once, but not twice with nothing acknowledged in between.
	 */
	private void awaitEnd(PageChecker checker, FindingReporter reporter) throws InterruptedException {
		long ackedWhenEmpty = -1;
		for (int polls = 1; !this.stopping.await(250, TimeUnit.MILLISECONDS); polls++) {
			QueueStats page = this.pages.stats();
			QueueStats finding = this.findings.stats();
			long unsettled = page.ready() + page.delayed() + page.taken() + finding.ready() + finding.delayed()
					+ finding.taken();
			long acked = page.acked() + finding.acked();
			if (unsettled == 0 && acked == ackedWhenEmpty) {
				return;
			}
			ackedWhenEmpty = (unsettled == 0) ? acked : -1;
			if (polls % 4 == 0) {
				System.out.printf("%s, %d queued, %d broken%n", checker, page.ready() + page.delayed(),
						reporter.count());
			}
		}
		throw new InterruptedException("stopped before the end");
	}

	private static void clear(RedisQueue<?> queue) {
		queue.clear();
		queue.deadLetters().purge();
	}

	/** Ends a running check, and waits until it has left the queues alone. */
	@Override
	public void close() {
		this.stopping.countDown();
		synchronized (this) {
			return;
		}
	}

	@Override
	public int getExitCode() {
		return this.exitCode;
	}

}
