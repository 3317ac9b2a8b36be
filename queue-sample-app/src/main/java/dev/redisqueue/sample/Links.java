package dev.redisqueue.sample;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/**
 * Reads the links of a page, and writes equal ones equally.
 */
final class Links {

	/** What may not stand in a URL, and is encoded by browsers where it does. */
	private static final Pattern ILLEGAL = Pattern.compile("[^!-~]|[\"<>\\\\^`{|}]");

	private static final Pattern PATH_ABOVE_ROOT = Pattern.compile("(?<=^https?://[^/]{1,255})(/\\.\\.)+(?=/|$)");

	private Links() {
	}

	/** All links to pages and files, without those of {@code mailto:} and the like. */
	static Set<String> of(Document page) {
		Set<String> links = new LinkedHashSet<>();
		for (Element element : page.select("[href]:not(base), [src]")) {
			String link = element.absUrl(element.hasAttr("href") ? "href" : "src");
			if (link.matches("https?:.*")) {
				links.add(normalise(link));
			}
		}
		return links;
	}

	static String normalise(String link) {
		String page = link.strip().replaceFirst("#.*", "");
		String encoded = ILLEGAL.matcher(page)
			.replaceAll((illegal) -> URLEncoder.encode(illegal.group(), StandardCharsets.UTF_8).replace("+", "%20"));
		return PATH_ABOVE_ROOT.matcher(encoded).replaceFirst("").replaceFirst("^(https?://[^/?]+)(?=\\?|$)", "$1/");
	}

}
