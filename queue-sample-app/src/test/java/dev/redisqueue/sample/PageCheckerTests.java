package dev.redisqueue.sample;

import java.time.Duration;
import java.util.Set;

import dev.redisqueue.Delivery;
import dev.redisqueue.PutOptions;
import dev.redisqueue.RedisQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mockito.ArgumentCaptor;
import org.mockito.InOrder;
import org.mockito.Mock;
import org.mockito.junit.jupiter.MockitoExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.lenient;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;

@ExtendWith(MockitoExtension.class)
class PageCheckerTests {

	private static final String PAGE = "http://host/page";

	private static final String START = "http://host/";

	@Mock
	private RedisQueue<Page> pages;

	@Mock
	private RedisQueue<Finding> findings;

	@Mock
	private Delivery<Page> delivery;

	private final PageFetcher fetcher = mock(PageFetcher.class);

	private PageChecker checker;

	@BeforeEach
	void deliverAPage() {
		this.checker = begun();
		lenient().when(this.delivery.attempt()).thenReturn(1);
		lenient().when(this.delivery.ack()).thenReturn(true);
	}

	private PageChecker begun() {
		PageChecker checker = new PageChecker(this.pages, this.findings);
		checker.begin(START, this.fetcher);
		return checker;
	}

	@Test
	void putsTheLinksOfAPageBeforeItAcknowledgesThePage() throws Exception {
		given(this.fetcher.fetch(PAGE))
			.willReturn(new PageFetcher.Answer(PAGE, null, false, Set.of("http://host/next")));
		given(this.fetcher.onSite("http://host/next")).willReturn(true);
		this.checker.check(new Page(PAGE, START), this.delivery);
		InOrder order = inOrder(this.pages, this.delivery);
		order.verify(this.pages).put(eq(new Page("http://host/next", PAGE)), any());
		order.verify(this.delivery).ack();
		assertThat(this.checker).hasToString("1 pages and files checked, 0 links to other sites skipped");
	}

	@Test
	void skipsLinksToOtherSites() throws Exception {
		given(this.fetcher.fetch(PAGE)).willReturn(new PageFetcher.Answer(PAGE, null, false, Set.of("http://other/")));
		this.checker.check(new Page(PAGE, START), this.delivery);
		then(this.pages).should(never()).put(eq(new Page("http://other/", PAGE)), any());
		then(this.pages).should(times(1)).put(any(), any());
		assertThat(this.checker).hasToString("1 pages and files checked, 1 links to other sites skipped");
	}

	@Test
	void putsABrokenLinkBeforeItAcknowledgesThePage() throws Exception {
		given(this.fetcher.fetch(PAGE)).willReturn(new PageFetcher.Answer(PAGE, "status 404", false, Set.of()));
		this.checker.check(new Page(PAGE, START), this.delivery);
		InOrder order = inOrder(this.findings, this.delivery);
		order.verify(this.findings).put(eq(new Finding(START, PAGE, "status 404")), any());
		order.verify(this.delivery).ack();
	}

	@Test
	void triesAgainWhatMayPass() throws Exception {
		given(this.fetcher.fetch(PAGE)).willReturn(new PageFetcher.Answer(PAGE, "status 503", true, Set.of()));
		given(this.delivery.attempt()).willReturn(2);
		this.checker.check(new Page(PAGE, START), this.delivery);
		then(this.delivery).should().retry(Duration.ofSeconds(1));
		then(this.delivery).should(never()).ack();
		then(this.findings).shouldHaveNoInteractions();
	}

	@Test
	void reportsWhatHasNotPassedAtTheThirdAttempt() throws Exception {
		given(this.fetcher.fetch(PAGE)).willReturn(new PageFetcher.Answer(PAGE, "status 503", true, Set.of()));
		given(this.delivery.attempt()).willReturn(3);
		this.checker.check(new Page(PAGE, START), this.delivery);
		then(this.findings).should().put(eq(new Finding(START, PAGE, "status 503")), any());
		then(this.delivery).should().ack();
	}

	@Test
	void doesNotCountAPageThatAnotherConsumerOwns() throws Exception {
		given(this.fetcher.fetch(PAGE)).willReturn(new PageFetcher.Answer(PAGE, null, false, Set.of()));
		given(this.delivery.ack()).willReturn(false);
		this.checker.check(new Page(PAGE, START), this.delivery);
		assertThat(this.checker).hasToString("0 pages and files checked, 0 links to other sites skipped");
	}

	@Test
	void leavesThePageToTheListenerWhenItIsInterrupted() throws Exception {
		given(this.fetcher.fetch(PAGE)).willThrow(new InterruptedException());
		assertThatExceptionOfType(InterruptedException.class)
			.isThrownBy(() -> this.checker.check(new Page(PAGE, START), this.delivery));
		then(this.delivery).should(never()).ack();
		then(this.findings).shouldHaveNoInteractions();
	}

	@Test
	void putsUnderTheSameKeyInOneRunAndAnotherInTheNext() throws Exception {
		given(this.fetcher.fetch(PAGE)).willReturn(new PageFetcher.Answer(PAGE, null, false, Set.of(START)));
		given(this.fetcher.onSite(START)).willReturn(true);
		this.checker.check(new Page(PAGE, START), this.delivery);
		begun();
		ArgumentCaptor<PutOptions> options = ArgumentCaptor.forClass(PutOptions.class);
		then(this.pages).should(times(3)).put(any(), options.capture());
		assertThat(options.getAllValues()).extracting((put) -> put.uniqueKey().orElseThrow())
			.satisfies((keys) -> assertThat(keys.get(0)).isEqualTo(keys.get(1)).isNotEqualTo(keys.get(2)));
	}

	@Test
	void putsAPageHoweverLongItsUrl() {
		String longUrl = START + "x".repeat(4000);
		this.checker.begin(longUrl, this.fetcher);
		then(this.pages).should().put(eq(new Page(longUrl, longUrl)), any());
	}

}
