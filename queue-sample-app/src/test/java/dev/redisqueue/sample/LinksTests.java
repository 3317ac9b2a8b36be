package dev.redisqueue.sample;

import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class LinksTests {

	@Test
	void findsPagesImagesStylesAndScripts() {
		assertThat(Links.of(Jsoup.parse("""
				<link rel="stylesheet" href="/site.css"><script src="app.js"></script>
				<a href="next.html">next</a><img src="../logo.png"><iframe src="frame.html"></iframe>
				""", "http://host/docs/"))).containsExactlyInAnyOrder("http://host/site.css", "http://host/docs/app.js",
				"http://host/docs/next.html", "http://host/logo.png", "http://host/docs/frame.html");
	}

	@Test
	void leavesOutWhatCannotBeFetched() {
		assertThat(Links.of(Jsoup.parse("""
				<a href="mailto:a@example.org">mail</a><a href="javascript:void(0)">script</a>
				<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><a href="tel:123">call</a><a name="x">anchor</a>
				""", "http://host/"))).isEmpty();
	}

	@Test
	void namesOnePageOnceHoweverItIsLinked() {
		assertThat(Links.of(Jsoup.parse("""
				<a href="b.html">1</a><a href="b.html#top">2</a><a href="./b.html">3</a><a href="x/../b.html">4</a>
				<a href="/docs/b.html">5</a><a href=" b.html ">6</a><a href="//host/docs/b.html">7</a>
				""", "http://host/docs/a.html"))).containsExactly("http://host/docs/b.html");
	}

	@Test
	void resolvesAgainstTheBaseOfThePage() {
		assertThat(Links
			.of(Jsoup.parse("<base href='/other/'><a href='b.html'>b</a><a href='?q=1'>q</a>", "http://host/docs/")))
			.containsExactlyInAnyOrder("http://host/other/b.html", "http://host/other/?q=1");
	}

	@ParameterizedTest
	@CsvSource({ "http://host, http://host/", "http://host?a=b, http://host/?a=b", "http://host/#top, http://host/",
			"http://host/a b.html, http://host/a%20b.html", "http://host/a%20b, http://host/a%20b",
			"http://host/é|😀, http://host/%C3%A9%7C%F0%9F%98%80", "http://host/../../a, http://host/a",
			"http://host/..a, http://host/..a", "http://host/a#m(java.lang.Object[]), http://host/a" })
	void writesAUrlAsABrowserSendsIt(String link, String expected) {
		assertThat(Links.normalise(link)).isEqualTo(expected);
	}

}
