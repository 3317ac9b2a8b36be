package dev.redisqueue.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.embedded.RedisServer;
import redis.embedded.ports.EphemeralPortProvider;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.PropertiesPropertySourceLoader;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The whole application, with its embedded Redis where nothing else is said.
 */
@ExtendWith(OutputCaptureExtension.class)
class LinkCheckerIntegrationTests {

	private static final int BUNDLED_PAGES = 50;

	@TempDir
	Path folder;

	@Test
	void findsEveryFaultOfTheBundledSiteAndNoOther(CapturedOutput output) {
		assertThat(run()).isEqualTo(1);
		assertThat(withoutPort(output.getOut())).contains(finding("faults.html", "loop-a", "redirected without end"),
				finding("faults.html", "no%zzsense", "no URL to fetch"),
				finding("guide/install.html", "guide/guide/configure.html", "status 404"),
				finding("guide/backup.html", "guide/restore.html", "status 404"),
				finding("guide/upgrade.html", "guide/images/upgrade.png", "status 404"),
				finding("commands/alias.html", "Guide/aliases.html", "status 404"),
				finding("commands/queue.html", "commands/spool.html", "status 404"), "7 broken links\n" + BUNDLED_PAGES
						+ " pages and files checked, 3 links to other sites skipped, 0 given up\n");
	}

	@Test
	void writesEachCheckedPageAndEachFindingToTheLog() throws IOException {
		run();
		List<String> log = Files.readAllLines(this.folder.resolve("default.log"));
		assertThat(log).filteredOn((line) -> line.contains(" WARN "))
			.hasSize(7)
			.allMatch((line) -> line.contains(" links to "));
		assertThat(log).filteredOn((line) -> line.matches(".*/flaky\\.html: status 503")).hasSize(2);
		assertThat(log).filteredOn((line) -> line.matches(".*/flaky\\.html: ok")).hasSize(1);
		assertThat(log).filteredOn((line) -> line.endsWith(": ok")).hasSize(BUNDLED_PAGES - 7);
	}

	@Test
	void findsNothingBrokenInAFolderWithoutFaults(CapturedOutput output) throws IOException {
		Path site = Files.createDirectory(this.folder.resolve("site"));
		Files.writeString(site.resolve("index.html"), "<a href='a.html'>a</a><a href='https://example.org/'>away</a>");
		Files.writeString(site.resolve("a.html"),
				"<a href='index.html'>back</a><a href='mailto:a@example.org'>mail</a>");
		assertThat(run("--serve=" + site)).isZero();
		assertThat(output.getOut()).contains("0 broken links",
				"3 pages and files checked, 2 links to other sites skipped, 0 given up");
	}

	@Test
	void checksASiteThatItDoesNotServe(CapturedOutput output) throws IOException {
		try (SiteServer server = new SiteServer()) {
			assertThat(run("--check=" + server.serveBundledSite() + "guide/")).isEqualTo(1);
		}
		assertThat(output.getOut()).contains("7 broken links");
	}

	@ParameterizedTest
	@ValueSource(strings = { "--check=http://localhost:1/", "--check=nonsense", "--check", "--check=http://",
			"--serve=no/such/folder", "--serve", "http://localhost/" })
	void saysThatItCouldNotRun(String argument, CapturedOutput output) {
		assertThat(run(argument)).isEqualTo(2);
		assertThat(output.getErr()).contains("Could not run: ");
	}

	@Test
	void doesNotPassASiteThatRedirectsToAnother(CapturedOutput output) throws IOException {
		HttpServer old = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		try (SiteServer server = new SiteServer()) {
			String moved = server.serveBundledSite() + "guide/";
			old.createContext("/", (exchange) -> {
				exchange.getResponseHeaders().set("Location", moved);
				exchange.sendResponseHeaders(301, -1);
				exchange.close();
			});
			old.start();
			assertThat(run("--check=http://localhost:" + old.getAddress().getPort() + "/")).isEqualTo(2);
			assertThat(output.getErr()).contains("redirects to another site: check " + moved);
		}
		finally {
			old.stop(0);
		}
	}

	@Test
	void findsTheSameInEachRunOnALastingRedis(CapturedOutput output) throws IOException {
		int port = new EphemeralPortProvider().next();
		RedisServer redis = RedisServer.builder().port(port).setting("bind 127.0.0.1").setting("save \"\"").build();
		redis.start();
		try {
			assertThat(run("--spring.data.redis.port=" + port)).isEqualTo(1);
			assertThat(run("--spring.data.redis.port=" + port)).isEqualTo(1);
		}
		finally {
			redis.stop();
		}
		assertThat(output.getOut().split("7 broken links", -1)).hasSize(3);
	}

	@Test
	void keepsItsQueuesApartFromThoseOfOthers() throws IOException {
		assertThat(new PropertiesPropertySourceLoader().load("sample", new ClassPathResource("application.properties")))
			.singleElement()
			.satisfies((source) -> assertThat(source.getProperty("redis.queue.namespace")).hasToString("link-checker"));
	}

	private int run(String... arguments) {
		List<String> all = new ArrayList<>(List.of(arguments));
		all.add("--sample.log.dir=" + this.folder);
		return SpringApplication.exit(SpringApplication.run(LinkCheckerApplication.class, all.toArray(String[]::new)));
	}

	private static String finding(String page, String link, String problem) {
		return "http://localhost/" + page + "\n    links to http://localhost/" + link + ": " + problem;
	}

	private static String withoutPort(String output) {
		return output.replaceAll("localhost:\\d+", "localhost").replace("\r\n", "\n");
	}

}
