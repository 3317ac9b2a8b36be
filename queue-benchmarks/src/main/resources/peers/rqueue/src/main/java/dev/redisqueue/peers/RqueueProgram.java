package dev.redisqueue.peers;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.github.sonus21.rqueue.annotation.RqueueListener;
import com.github.sonus21.rqueue.config.SimpleRqueueListenerContainerFactory;
import com.github.sonus21.rqueue.core.RqueueMessageEnqueuer;
import com.github.sonus21.rqueue.listener.RqueueMessageListenerContainer;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.data.redis.core.Cursor;
import org.springframework.data.redis.core.ScanOptions;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * Takes "verb parallel operations" lines; says "begin", "end N" and "clean" for each.
 */
@SpringBootApplication
public class RqueueProgram {

	private static final String QUEUE = "benchmark-rqueue";

	private static final int FILLERS = 16;

	private static final int KEYS = 1000;

	private static volatile Counted counted = new Counted(0);

	@Bean
	SimpleRqueueListenerContainerFactory simpleRqueueListenerContainerFactory() {
		SimpleRqueueListenerContainerFactory factory = new SimpleRqueueListenerContainerFactory();
		factory.setAutoStartup(false);
		factory.setPollingInterval(1); // It sleeps so long whenever all threads are busy.
		return factory;
	}

	@RqueueListener(value = QUEUE, concurrency = "${concurrency}", batchSize = "${batch}")
	public void handle(String payload) {
		counted.count();
	}

	public static void main(String[] args) throws Exception {
		BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
		say("ready");
		for (String line = lines.readLine(); line != null; line = lines.readLine()) {
			String[] words = line.split(" ");
			boolean listen = words[0].equals("listen");
			int parallel = Integer.parseInt(words[1]);
			try (ConfigurableApplicationContext context = open(args[0], args[1], listen ? parallel : 1)) {
				if (listen) {
					listen(context, args[2], Integer.parseInt(words[2]));
				}
				else {
					put(context, args[2], parallel, Integer.parseInt(words[2]));
				}
				clean(context.getBean(StringRedisTemplate.class));
			}
			say("clean");
		}
		System.exit(0);
	}

	/** The concurrency of a listener cannot be changed, so that each round has its own. */
	private static ConfigurableApplicationContext open(String host, String port, int concurrency) {
		Map<String, Object> properties = Map.of("spring.data.redis.host", host, "spring.data.redis.port", port,
				"concurrency", concurrency + "-" + concurrency, "batch", Math.max(10, concurrency), "rqueue.key.prefix",
				QUEUE + "::", "rqueue.job.enabled", false, "rqueue.message.durability.in-terminal-state", 0,
				"rqueue.web.enable", false, "rqueue.web.collect.listener.stats", false,
				"rqueue.latest.version.check.enabled", false);
		return new SpringApplicationBuilder(RqueueProgram.class).web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.properties(properties)
			.run();
	}

	private static void put(ConfigurableApplicationContext context, String payload, int threads, int operations)
			throws Exception {
		RqueueMessageEnqueuer enqueuer = context.getBean(RqueueMessageEnqueuer.class);
		enqueue(enqueuer, payload); // It connects.
		int each = Math.max(1, operations / threads);
		say("begin");
		enqueue(enqueuer, payload, threads, each);
		say("end " + each * threads);
	}

	private static void listen(ConfigurableApplicationContext context, String payload, int operations)
			throws Exception {
		int each = operations / FILLERS;
		RqueueMessageEnqueuer enqueuer = context.getBean(RqueueMessageEnqueuer.class);
		enqueue(enqueuer, payload, FILLERS, each);
		enqueue(enqueuer, payload, 1, operations - each * FILLERS);
		counted = new Counted(operations);
		RqueueMessageListenerContainer container = context.getBean(RqueueMessageListenerContainer.class);
		container.start();
		counted.done.await();
		container.stop();
	}

	private static void enqueue(RqueueMessageEnqueuer enqueuer, String payload, int threads, int each)
			throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		List<Future<?>> running = new ArrayList<>();
		for (int i = 0; i < threads; i++) {
			running.add(executor.submit(() -> {
				for (int j = 0; j < each; j++) {
					enqueue(enqueuer, payload);
				}
			}));
		}
		for (Future<?> one : running) {
			one.get();
		}
		executor.shutdown();
	}

	private static void enqueue(RqueueMessageEnqueuer enqueuer, String payload) {
		if (enqueuer.enqueue(QUEUE, payload) == null) {
			throw new IllegalStateException("It was not put");
		}
	}

	/** Each message has a key of its own, which does not begin with the prefix. */
	private static void clean(StringRedisTemplate template) {
		List<String> keys = new ArrayList<>();
		try (Cursor<String> cursor = template
			.scan(ScanOptions.scanOptions().match("*" + QUEUE + "::*").count(KEYS).build())) {
			while (cursor.hasNext()) {
				keys.add(cursor.next());
				if (keys.size() == KEYS) {
					template.unlink(keys);
					keys.clear();
				}
			}
		}
		template.unlink(keys);
	}

	private static void say(String line) {
		System.out.println(line);
	}

	/**
	 * Counts what is handed out. The first tenth is not measured.
	 */
	private static final class Counted {

		private final CountDownLatch done = new CountDownLatch(1);

		private final int operations;

		private final int begin;

		private int handled;

		private Counted(int operations) {
			this.operations = operations;
			this.begin = Math.max(1, operations / 10);
		}

		private synchronized void count() {
			this.handled++;
			if (this.handled == this.begin) {
				say("begin");
			}
			if (this.handled == this.operations) {
				say("end " + (this.operations - this.begin));
				this.done.countDown();
			}
		}

	}

}
