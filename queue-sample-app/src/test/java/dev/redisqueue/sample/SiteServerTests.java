package dev.redisqueue.sample;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SiteServerTests {

	private final HttpClient client = HttpClient.newHttpClient();

	@TempDir
	Path folder;

	private Path site;

	private SiteServer server;

	@BeforeEach
	void startServer() throws IOException {
		this.site = Files.createDirectories(this.folder.resolve("site/sub")).getParent();
		Files.writeString(this.folder.resolve("secret.txt"), "secret");
		Files.writeString(this.site.resolve("index.html"), "the start");
		Files.writeString(this.site.resolve("sub/index.html"), "below");
		Files.writeString(this.site.resolve("a b%.css"), "");
		Files.write(this.site.resolve("large.zip"), new byte[5_000_000]);
		this.server = new SiteServer();
	}

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@Test
	void servesTheIndexOfAFolder() throws Exception {
		String start = this.server.serve(this.site);
		assertThat(get(start).body()).isEqualTo("the start");
		assertThat(get(start + "sub/").body()).isEqualTo("below");
	}

	@Test
	void namesTheTypeOfAFile() throws Exception {
		String start = this.server.serve(this.site);
		assertThat(get(start + "index.html").headers().firstValue("Content-Type")).hasValue("text/html");
		assertThat(get(start + "large.zip").headers().firstValue("Content-Type")).hasValue("application/zip");
		assertThat(get(start + "large.zip").body()).hasSize(5_000_000);
	}

	@Test
	void decodesTheNameOfAFileOnce() throws Exception {
		assertThat(get(this.server.serve(this.site) + "a%20b%25.css").statusCode()).isEqualTo(200);
	}

	@Test
	void answers404WhereThereIsNoFile() throws Exception {
		String start = this.server.serve(this.site);
		assertThat(get(start + "missing.html").statusCode()).isEqualTo(404);
		assertThat(get(start + "sub").statusCode()).isEqualTo(404);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/../secret.txt", "/sub/../../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt",
			"/..%5csecret.txt", "/..\\secret.txt", "/./../secret.txt", "//../secret.txt", "/%00/../../secret.txt",
			"/../site/../secret.txt" })
	void hasNothingFromOutsideOfTheFolder(String path) throws Exception {
		assertThat(rawGet(this.server.serve(this.site), path)).doesNotContain("200 OK").doesNotEndWith("secret");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/../application.properties", "/%2e%2e/application.properties",
			"/sub/../../logback-spring.xml", "/..%5capplication.properties" })
	void hasNothingFromTheClassPathButTheBundledSite(String path) throws Exception {
		assertThat(rawGet(this.server.serveBundledSite(), path)).startsWith("HTTP/1.1 404");
	}

	@Test
	void refusesTheFlakyPageTwice() throws Exception {
		String flaky = this.server.serveBundledSite() + "flaky.html";
		assertThat(get(flaky).statusCode()).isEqualTo(503);
		assertThat(get(flaky).statusCode()).isEqualTo(503);
		assertThat(get(flaky).statusCode()).isEqualTo(200);
	}

	@Test
	void findsTheBundledSiteFromThreadsThatDoNotSeeIt() throws Exception {
		ClassLoader loader = Thread.currentThread().getContextClassLoader();
		Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader());
		try {
			assertThat(get(this.server.serveBundledSite()).statusCode()).isEqualTo(200);
		}
		finally {
			Thread.currentThread().setContextClassLoader(loader);
		}
	}

	@Test
	void doesNotServeAFolderThatIsNotThere() {
		assertThatExceptionOfType(NoSuchFileException.class)
			.isThrownBy(() -> this.server.serve(this.folder.resolve("nowhere")));
	}

	@Test
	void closesWithoutHavingServed() throws IOException {
		new SiteServer().close();
	}

	private HttpResponse<String> get(String url) throws Exception {
		return this.client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
	}

	/** A client would mend the path before it sends it. */
	private static String rawGet(String start, String path) throws IOException {
		try (Socket socket = new Socket("localhost", URI.create(start).getPort())) {
			socket.getOutputStream()
				.write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
		}
	}

}
