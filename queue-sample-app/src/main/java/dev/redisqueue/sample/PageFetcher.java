package dev.redisqueue.sample;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import org.jsoup.Jsoup;
import org.jspecify.annotations.Nullable;

import org.springframework.util.function.ThrowingConsumer;

/**
 * Fetches what a URL leads to, and finds the links in it if it is a page of the site.
 */
final class PageFetcher {

	/** What stands beyond is not looked at: it bounds the memory that a page can take. */
	private static final int MAX_PAGE_BYTES = 32 * 1024 * 1024;

	private final String site;

	private final Duration timeout;

	private final HttpClient client;

	PageFetcher(String start, Duration timeout) {
		this.site = URI.create(start).resolve("/").toString();
		this.timeout = timeout;
		this.client = HttpClient.newBuilder()
			.connectTimeout(timeout)
			.followRedirects(HttpClient.Redirect.ALWAYS)
			.build();
	}

	boolean onSite(String url) {
		return url.startsWith(this.site);
	}

	Answer fetch(String url) throws InterruptedException {
		try {
			HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(this.timeout).build();
			HttpResponse<InputStream> response = this.client.send(request, HttpResponse.BodyHandlers.ofInputStream());
			try (InputStream body = response.body()) {
				int status = response.statusCode();
				if (status < 300) {
					return new Answer(response.uri().toString(), null, false, links(response, body));
				}
				String problem = (status < 400) ? "redirected without end" : "status " + status;
				return new Answer(url, problem, status >= 500 || status == 429, Set.of());
			}
		}
		catch (IOException | CompletionException ex) {
			return new Answer(url, ex.toString(), true, Set.of());
		}
		catch (IllegalArgumentException ex) {
			return new Answer(url, "no URL to fetch: " + ex.getMessage(), false, Set.of());
		}
	}

	private Set<String> links(HttpResponse<?> response, InputStream body) throws IOException {
		String type = response.headers().firstValue("Content-Type").orElse("");
		if (!onSite(response.uri().toString()) || !type.matches("(text/html|application/xhtml\\+xml)\\b.*")) {
			return Set.of();
		}
		// The request's timeout ends with the headers: this cuts off a body that stalls.
		CompletableFuture<byte[]> page = new CompletableFuture<>();
		page.orTimeout(this.timeout.toMillis(), TimeUnit.MILLISECONDS)
			.whenComplete((bytes, late) -> ThrowingConsumer.of(InputStream::close).accept(body));
		page.complete(body.readNBytes(MAX_PAGE_BYTES));
		return Links.of(Jsoup.parse(new ByteArrayInputStream(page.join()), null, response.uri().toString()));
	}

	/**
	 * Where the redirects led, a problem or none, whether it may pass by itself, and the
	 * links of a page.
	 */
	record Answer(String url, @Nullable String problem, boolean transientFailure, Set<String> links) {
	}

}
