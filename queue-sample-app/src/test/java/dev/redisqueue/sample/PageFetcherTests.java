package dev.redisqueue.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class PageFetcherTests {

	private final CountDownLatch ended = new CountDownLatch(1);

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private HttpServer server;

	private String start;

	private PageFetcher fetcher;

	@BeforeEach
	void startServer() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.setExecutor(this.threads);
		this.server.start();
		this.start = "http://localhost:" + this.server.getAddress().getPort() + "/";
		this.fetcher = new PageFetcher(this.start, Duration.ofSeconds(30));
	}

	private PageFetcher impatient() {
		return new PageFetcher(this.start, Duration.ofMillis(500));
	}

	@AfterEach
	void stopServer() {
		this.ended.countDown();
		this.server.stop(0);
		this.threads.shutdownNow();
	}

	@Test
	void findsTheLinksOfAPage() throws Exception {
		answer("/page", 200, "text/html;charset=UTF-8", "<a href='next'>next</a>");
		PageFetcher.Answer answer = this.fetcher.fetch(this.start + "page");
		assertThat(answer.problem()).isNull();
		assertThat(answer.links()).containsExactly(this.start + "next");
	}

	@Test
	void doesNotReadWhatIsNoPage() throws Exception {
		answer("/data", 200, "text/plain", "<a href='next'>next</a>");
		PageFetcher.Answer answer = this.fetcher.fetch(this.start + "data");
		assertThat(answer.problem()).isNull();
		assertThat(answer.links()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "400, false", "404, false", "410, false", "429, true", "500, true", "503, true" })
	void tellsWhichProblemsMayPass(int status, boolean transientFailure) throws Exception {
		answer("/bad", status, "text/html", "<a href='next'>next</a>");
		PageFetcher.Answer answer = this.fetcher.fetch(this.start + "bad");
		assertThat(answer.problem()).isEqualTo("status " + status);
		assertThat(answer.transientFailure()).isEqualTo(transientFailure);
		assertThat(answer.links()).isEmpty();
	}

	@Test
	void resolvesLinksAgainstThePageThatARedirectLedTo() throws Exception {
		redirect("/old", "/sub/new");
		answer("/sub/new", 200, "text/html", "<a href='next'>next</a>");
		assertThat(this.fetcher.fetch(this.start + "old").links()).containsExactly(this.start + "sub/next");
	}

	@Test
	void findsARedirectLoopBroken() throws Exception {
		redirect("/a", "/b");
		redirect("/b", "/a");
		PageFetcher.Answer answer = this.fetcher.fetch(this.start + "a");
		assertThat(answer.problem()).isEqualTo("redirected without end");
		assertThat(answer.transientFailure()).isFalse();
	}

	@Test
	void doesNotReadAPageOfAnotherSiteThatARedirectLedTo() throws Exception {
		redirect("/away", this.start.replace("localhost", "127.0.0.1") + "page");
		answer("/page", 200, "text/html", "<a href='next'>next</a>");
		PageFetcher.Answer answer = this.fetcher.fetch(this.start + "away");
		assertThat(answer.problem()).isNull();
		assertThat(answer.links()).isEmpty();
	}

	@Test
	void givesUpOnAServerThatDoesNotAnswer() throws Exception {
		this.server.createContext("/silent", (exchange) -> awaitEnd());
		PageFetcher.Answer answer = impatient().fetch(this.start + "silent");
		assertThat(answer.problem()).contains("timed out");
		assertThat(answer.transientFailure()).isTrue();
	}

	@Test
	void givesUpOnABodyThatStalls() throws Exception {
		this.server.createContext("/stalls", (exchange) -> {
			exchange.getResponseHeaders().set("Content-Type", "text/html");
			exchange.sendResponseHeaders(200, 0);
			exchange.getResponseBody().write("<a href='next'>".getBytes(StandardCharsets.UTF_8));
			exchange.getResponseBody().flush();
			awaitEnd();
		});
		PageFetcher.Answer answer = impatient().fetch(this.start + "stalls");
		assertThat(answer.problem()).isNotNull();
		assertThat(answer.transientFailure()).isTrue();
	}

	@Test
	void findsAServerThatIsNotThereBroken() throws Exception {
		int port;
		try (ServerSocket socket = new ServerSocket(0)) {
			port = socket.getLocalPort();
		}
		PageFetcher.Answer answer = this.fetcher.fetch("http://localhost:" + port + "/");
		assertThat(answer.problem()).contains("ConnectException");
		assertThat(answer.transientFailure()).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "http://localhost/no%zzsense", "http:///page", "ftp://localhost/page", "page" })
	void findsWhatIsNoUrlBroken(String url) throws Exception {
		PageFetcher.Answer answer = this.fetcher.fetch(url);
		assertThat(answer.problem()).startsWith("no URL to fetch");
		assertThat(answer.transientFailure()).isFalse();
	}

	@Test
	void knowsItsSite() {
		assertThat(this.fetcher.onSite(this.start + "a/b?c")).isTrue();
		assertThat(this.fetcher.onSite("http://localhost/")).isFalse();
		assertThat(this.fetcher.onSite(this.start.replaceFirst("/$", "0/"))).isFalse();
		assertThat(new PageFetcher("http://host/docs/", Duration.ofSeconds(1)).onSite("http://host/other/")).isTrue();
	}

	private void answer(String path, int status, String type, String body) {
		this.server.createContext(path, (exchange) -> {
			exchange.getResponseHeaders().set("Content-Type", type);
			exchange.sendResponseHeaders(status, body.length());
			exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
			exchange.close();
		});
	}

	private void redirect(String path, String location) {
		this.server.createContext(path, (HttpExchange exchange) -> {
			exchange.getResponseHeaders().set("Location", location);
			exchange.sendResponseHeaders(302, -1);
			exchange.close();
		});
	}

	private void awaitEnd() {
		try {
			this.ended.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
