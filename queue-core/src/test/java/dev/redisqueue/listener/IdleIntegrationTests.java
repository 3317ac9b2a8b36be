package dev.redisqueue.listener;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.redisqueue.RedisQueue;
import dev.redisqueue.testing.QueueFixture;
import dev.redisqueue.testing.Scale;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a listener costs while there is nothing to do ("It must show" 7).
 */
@Tag("faults")
class IdleIntegrationTests {

	private static final Duration LOOK = Duration.ofSeconds(25);

	@RegisterExtension
	final QueueFixture fixture = QueueFixture.withOwnServer();

	@Test
	void anIdleListenerCostsAtMostOneCommandASecond() throws Exception {
		RedisQueue<String> queue = this.fixture.queue();
		this.fixture.listen("idle", List.of(queue), ListenerOptions.defaults().withConcurrency(4), (deliveries) -> {
		});
		queue.put("one");
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> queue.stats().acked() == 1);
		List<String> commands = monitor();
		double rate = (double) commands.size() / LOOK.toSeconds();
		String measured = Scale.measured("An idle listener at the default lease: %.2f commands a second", rate);
		assertThat(rate).as(measured + "\n" + String.join("\n", commands)).isBetween(0.1, 1.0);
	}

	/** The commands of clients, not what their scripts call. */
	private List<String> monitor() throws Exception {
		List<String> commands = new ArrayList<>();
		long end = System.nanoTime() + LOOK.toNanos();
		try (Socket socket = new Socket(this.fixture.server().host(), this.fixture.server().port());
				BufferedReader reader = new BufferedReader(
						new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))) {
			socket.getOutputStream().write("MONITOR\r\n".getBytes(StandardCharsets.US_ASCII));
			assertThat(reader.readLine()).isEqualTo("+OK");
			while (true) {
				long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
				if (left <= 0) {
					return commands;
				}
				socket.setSoTimeout((int) left);
				String line = reader.readLine();
				if (!line.contains(" lua] ")) {
					commands.add(line);
				}
			}
		}
		catch (SocketTimeoutException ex) {
			return commands;
		}
	}

}
