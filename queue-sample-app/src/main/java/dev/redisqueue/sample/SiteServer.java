package dev.redisqueue.sample;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLConnection;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.util.StringUtils;

/**
 * Serves static files to this machine only, on a free port, until closed.
 */
final class SiteServer implements AutoCloseable {

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final HttpServer server;

	SiteServer() throws IOException {
		// Or each answer waits 40 ms for the acknowledgement of its first packet.
		System.setProperty("sun.net.httpserver.nodelay", "true");
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.setExecutor(this.threads);
	}

	/** Serves the files below a folder, and returns the URL of the start page. */
	String serve(Path folder) throws IOException {
		return serve(StringUtils.cleanPath(folder.toRealPath() + "/"), FileSystemResource::new);
	}

	/** Serves the bundled site, which is as faulty as its pages say. */
	String serveBundledSite() {
		AtomicInteger refusals = new AtomicInteger(2);
		this.server.createContext("/loop-a", (exchange) -> redirect(exchange, "/loop-b"));
		this.server.createContext("/loop-b", (exchange) -> redirect(exchange, "/loop-a"));
		this.server.createContext("/flaky.html", (exchange) -> {
			if (refusals.getAndDecrement() > 0) {
				answer(exchange, 503);
			}
			else {
				file(exchange, "site/", SiteServer::bundled);
			}
		});
		this.server.createContext("/slow.html", (exchange) -> {
			LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
			file(exchange, "site/", SiteServer::bundled);
		});
		return serve("site/", SiteServer::bundled);
	}

	private String serve(String root, Function<String, Resource> files) {
		this.server.createContext("/", (exchange) -> file(exchange, root, files));
		this.server.start();
		return "http://localhost:" + this.server.getAddress().getPort() + "/";
	}

	/** Answers with a file from below the root, and with none from elsewhere. */
	private static void file(HttpExchange exchange, String root, Function<String, Resource> files) throws IOException {
		String path = StringUtils.cleanPath(root + exchange.getRequestURI().getPath().substring(1));
		Resource file = files.apply(path.endsWith("/") ? path + "index.html" : path);
		if (!path.startsWith(root) || !file.isReadable()) {
			answer(exchange, 404);
			return;
		}
		String type = URLConnection.guessContentTypeFromName(file.getFilename());
		exchange.getResponseHeaders().set("Content-Type", (type != null) ? type : "application/octet-stream");
		exchange.sendResponseHeaders(200, 0);
		try (exchange; InputStream content = file.getInputStream()) {
			content.transferTo(exchange.getResponseBody());
		}
	}

	/** With a class loader given: a thread of the server need not see into the jar. */
	private static Resource bundled(String path) {
		return new ClassPathResource(path, SiteServer.class.getClassLoader());
	}

	private static void redirect(HttpExchange exchange, String location) throws IOException {
		exchange.getResponseHeaders().set("Location", location);
		answer(exchange, 302);
	}

	private static void answer(HttpExchange exchange, int status) throws IOException {
		exchange.sendResponseHeaders(status, -1);
		exchange.close();
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.threads.shutdownNow();
	}

}
