package dev.redisqueue.benchmarks.peer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.lettuce.core.RedisURI;

/**
 * rqueue, in a JVM of its own: it needs Spring Boot 3, which cannot be on this class
 * path.
 */
final class RqueuePeer extends ProcessPeer {

	private static final String ID = "rqueue";

	private static final List<String> SOURCES = List.of("pom.xml",
			"src/main/java/dev/redisqueue/peers/RqueueProgram.java");

	/**
	 * It warns of each message that its threads were not ready for, which it puts back.
	 */
	private static final String LOGGING = "-Dorg.slf4j.simpleLogger.defaultLogLevel=error";

	RqueuePeer(RedisURI redis) {
		super(List.of(home().resolve("bin").resolve("java").toString(), LOGGING, "-jar", jar().toString(),
				redis.getHost(), String.valueOf(redis.getPort()), Payloads.SMALL), Map.of());
	}

	private static Path jar() {
		Path project = directory(ID);
		Path jar = project.resolve("target").resolve("rqueue.jar");
		SOURCES.forEach((source) -> copy(ID + "/" + source, project.resolve(source)));
		if (!Files.exists(jar) && !succeeds(Map.of("JAVA_HOME", home().toString()), "mvn", "-q", "-B", "-f",
				project.resolve("pom.xml").toString(), "package")) {
			throw new IllegalStateException("mvn is not there or cannot build with rqueue");
		}
		return jar;
	}

	private static Path home() {
		return Path.of(System.getProperty("java.home"));
	}

	@Override
	public String id() {
		return ID;
	}

	@Override
	public String title() {
		return "rqueue (Boot 3)";
	}

	@Override
	public String configuration() {
		return "version 3.2.0 with Spring Boot 3.5.16 in a JVM of its own, without jobs, the dashboard and "
				+ "what is kept of handled messages; one @RqueueListener with the concurrency of the case, "
				+ "batches of as many (10 at least), polling interval of 1 ms instead of 200 (at least once)";
	}

	@Override
	public Set<Verb> verbs() {
		return EnumSet.of(Verb.PUT, Verb.LISTEN);
	}

}
