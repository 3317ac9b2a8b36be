package dev.redisqueue.boot.embedded;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.redisqueue.RedisQueue;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * An application with an embedded Redis that ends in one of several ways.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
public class ExitProgram {

	@Bean
	DisposableBean goodbye(RedisQueue<String> lines) {
		return () -> {
			// Longer than a second closing of the context waits for the first.
			new CountDownLatch(1).await(1, TimeUnit.SECONDS);
			lines.put("goodbye");
			System.out.println("GOODBYE " + lines.size());
		};
	}

	@Bean
	Reporter reporter(EmbeddedRedis redis, Environment environment) {
		System.out.println("PID " + redis.pid());
		switch (environment.getProperty("test.end", "")) {
			case "failure" -> throw new IllegalStateException("Fails after the server was started");
			case "exit-in-start" -> System.exit(3);
			default -> {
			}
		}
		return new Reporter();
	}

	public static void main(String[] arguments) throws InterruptedException {
		SpringApplication application = new SpringApplication(ExitProgram.class);
		application.setBannerMode(Banner.Mode.OFF);
		application.setWebApplicationType(WebApplicationType.NONE);
		String end = arguments[0];
		application.setRegisterShutdownHook(!end.endsWith("without-hook"));
		ConfigurableApplicationContext context = application.run("--test.end=" + end, "--redis.queue.queues.lines=");
		System.out.println("READY");
		switch (end) {
			case "exit", "exit-without-hook" -> System.exit(0);
			case "close" -> context.close();
			case "wait", "wait-without-hook" -> new CountDownLatch(1).await();
			default -> {
			}
		}
	}

	static class Reporter {

	}

}
