package dev.redisqueue.boot;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

import dev.redisqueue.testing.ChildJvm;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplicationAotProcessor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code process-aot} of Spring Boot's build plugins does, and then the run with the
 * generated code.
 */
class AheadOfTimeIntegrationTests {

	private static final String CLASS_PATH = System.getProperty("java.class.path");

	private static final List<String> PROPERTIES = List.of(
			"-Dredis.queue.queues.orders.payload-type=" + Order.class.getName(),
			"-Dredis.queue.queues.mails.payload-type=" + Postcard.class.getName());

	private static final Duration SOON = Duration.ofSeconds(60);

	@TempDir
	private static Path directory;

	@BeforeAll
	static void build() throws IOException, InterruptedException {
		processAheadOfTime();
		compile();
	}

	@Test
	void anApplicationProcessedAheadOfTimePutsAndTakes() throws InterruptedException {
		String classPath = at("classes") + File.pathSeparator + at("resources") + File.pathSeparator + CLASS_PATH;
		List<String> options = new ArrayList<>(PROPERTIES);
		options.add("-Dspring.aot.enabled=true");
		try (ChildJvm program = ChildJvm.of(AheadOfTimeProgram.class).classPath(classPath).options(options).start()) {
			assertThat(program.awaitEnd(SOON)).contains("Starting AOT-processed AheadOfTimeProgram")
				.contains("TAKEN Order[id=42, customer=Ada] true")
				.contains("GOT Postcard[to=ada@example.org]")
				.contains("HANDLED Parcel[to=Ada] 1");
		}
	}

	@Test
	void theEmbeddedServerOfTheBuildDoesNotHideARedisOfTheRunTime() throws InterruptedException {
		String classPath = at("classes") + File.pathSeparator + at("resources") + File.pathSeparator + CLASS_PATH;
		List<String> options = new ArrayList<>(PROPERTIES);
		options.addAll(List.of("-Dspring.aot.enabled=true", "-Dspring.data.redis.url=redis://127.0.0.1:1"));
		try (ChildJvm program = ChildJvm.of(AheadOfTimeProgram.class).classPath(classPath).options(options).start()) {
			assertThat(program.awaitEnd(SOON)).contains("APPLICATION FAILED TO START")
				.contains("'spring.data.redis.url' is set")
				.contains("Build it again");
		}
	}

	private static void processAheadOfTime() throws InterruptedException {
		try (ChildJvm processor = ChildJvm.of(SpringApplicationAotProcessor.class)
			.options(PROPERTIES)
			.start(AheadOfTimeProgram.class.getName(), at("sources"), at("resources"), at("classes"), "com.acme",
					"app")) {
			String output = processor.awaitEnd(SOON);
			assertThat(processor.exitCode(Duration.ZERO)).as(output).isZero();
		}
	}

	private static void compile() throws IOException {
		List<String> arguments = new ArrayList<>(
				List.of("-proc:none", "-d", at("classes"), "-cp", at("classes") + File.pathSeparator + CLASS_PATH));
		try (Stream<Path> sources = Files.walk(directory.resolve("sources"))) {
			sources.filter((path) -> path.toString().endsWith(".java")).map(Path::toString).forEach(arguments::add);
		}
		assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
			.isZero();
	}

	private static String at(String name) {
		return directory.resolve(name).toString();
	}

}
