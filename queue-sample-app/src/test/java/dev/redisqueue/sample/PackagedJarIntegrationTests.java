package dev.redisqueue.sample;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * {@code java -jar}, as the README says it.
 */
class PackagedJarIntegrationTests {

	private static final Path JAR = Path.of("target/queue-sample-app.jar").toAbsolutePath();

	private static final Pattern ADDRESS = Pattern.compile("Embedded Redis \\S+ runs on 127\\.0\\.0\\.1:(\\d+)");

	@TempDir
	Path folder;

	private Process process;

	/**
	 * Of the embedded Redis, which is no child of the process: Ctrl-C must not reach it.
	 */
	private int port;

	@AfterEach
	void stopProcess() {
		this.process.destroyForcibly();
	}

	@Test
	void checksTheBundledSiteAndLeavesNothingRunning() throws Exception {
		start();
		assertThat(this.process.waitFor(120, TimeUnit.SECONDS)).isTrue();
		assertThat(this.process.exitValue()).isEqualTo(1);
		assertThat(Files.readString(this.folder.resolve("out"))).contains("7 broken links");
		assertThat(Files.readAllLines(this.folder.resolve("log/default.log"))).isNotEmpty();
		await().until(() -> !redisAnswers());
	}

	@Test
	void leavesNothingRunningWhenItIsStopped() throws Exception {
		start();
		this.process.destroy();
		assertThat(this.process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(Files.readString(this.folder.resolve("err"))).contains("stopped before the end")
			.doesNotContain("\tat ");
		await().until(() -> !redisAnswers());
	}

	/** Returns when the check is under way, on the slow page at the latest. */
	private void start() throws IOException {
		this.process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar",
				JAR.toString())
			.directory(this.folder.toFile())
			.redirectOutput(this.folder.resolve("out").toFile())
			.redirectError(this.folder.resolve("err").toFile())
			.start();
		await().atMost(Duration.ofSeconds(120))
			.until(() -> Files.readString(this.folder.resolve("out")).contains("Checking "));
		Matcher matcher = ADDRESS.matcher(Files.readString(this.folder.resolve("err")));
		assertThat(matcher.find()).isTrue();
		this.port = Integer.parseInt(matcher.group(1));
		assertThat(redisAnswers()).isTrue();
	}

	private boolean redisAnswers() {
		try (Socket socket = new Socket("127.0.0.1", this.port)) {
			return socket.isConnected();
		}
		catch (IOException ex) {
			return false;
		}
	}

}
