package dev.redisqueue.sample;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.redisqueue.QueueStats;
import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.RedisQueueListenerRegistry;
import dev.redisqueue.listener.RedisQueueListenerContainer;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;

/**
 * Checks the links of a site: with {@code --check=URL} of that one, with
 * {@code --serve=DIR} of a folder that it serves itself, and without arguments of a small
 * bundled site with known faults. Exit code: 0 no broken links, 1 some, 2 could not run.
 */
@SpringBootApplication(proxyBeanMethods = false)
public class LinkCheckerApplication implements ApplicationRunner, ExitCodeGenerator {

	private final RedisQueue<Page> pages;

	private final RedisQueue<Finding> findings;

	private final PageChecker checker;

	private final FindingReporter reporter;

	private final RedisQueueListenerRegistry listeners;

	private final CountDownLatch stopping = new CountDownLatch(1);

	private volatile boolean checking;

	private int exitCode = 2;

	LinkCheckerApplication(RedisQueue<Page> pages, RedisQueue<Finding> findings, PageChecker checker,
			FindingReporter reporter, RedisQueueListenerRegistry listeners) {
		this.pages = pages;
		this.findings = findings;
		this.checker = checker;
		this.reporter = reporter;
		this.listeners = listeners;
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
	public void run(ApplicationArguments arguments) {
		this.checking = true;
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
			if (this.stopping.getCount() == 0) {
				throw new SpringApplication.AbandonedRunException();
			}
			System.err.println("Could not run: " + ex);
		}
		this.checking = false;
	}

	/** Says so where the application is stopped, before anything else of it ends. */
	@EventListener(ContextClosedEvent.class)
	void stop() {
		if (this.checking) {
			this.stopping.countDown();
			System.err.println("Could not run: stopped before the end");
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
		this.checker.begin(start, fetcher);
		this.listeners.containers().forEach(RedisQueueListenerContainer::start);
		System.out.printf("Checking %s%n", start);
		awaitEnd();
		long givenUp = this.pages.deadLetters().size() + this.findings.deadLetters().size();
		this.reporter.summarise();
		System.out.printf("%s, %d given up%n", this.checker, givenUp);
		this.exitCode = (this.reporter.count() + givenUp == 0) ? 0 : 1;
	}

	/**
	 * Waits until both queues are empty. That is the end, as a page is acknowledged after
	 * its links were put. The figures of a queue are not read at one instant: a message
	 * on the move may be missed once, but not twice with nothing acknowledged in between.
	 */
	private void awaitEnd() throws InterruptedException {
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
				System.out.printf("%s, %d queued, %d broken%n", this.checker, page.ready() + page.delayed(),
						this.reporter.count());
			}
		}
		throw new InterruptedException("stopped before the end");
	}

	private static void clear(RedisQueue<?> queue) {
		queue.clear();
		queue.deadLetters().purge();
	}

	@Override
	public int getExitCode() {
		return this.exitCode;
	}

}
