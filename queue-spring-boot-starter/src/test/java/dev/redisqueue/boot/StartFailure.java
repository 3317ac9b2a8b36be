package dev.redisqueue.boot;

import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Spring Boot would print about a context that did not start: the analyzers of all
 * jars, in their order, the first answer. As an extension, it expects the warning of each
 * failed start that is looked at, and no other.
 */
public final class StartFailure implements BeforeEachCallback, AfterEachCallback {

	// Some analyzers of Spring Boot are about libraries that are not here.
	private static final FailureHandler SKIPPED = (type, implementation, failure) -> {
	};

	// A context that failed is not given to the callback of the runner.
	private static final ThreadLocal<ConfigurableApplicationContext> last = new ThreadLocal<>();

	private static final AtomicInteger expected = new AtomicInteger();

	private final ExpectedLog log = ExpectedLog.of(AnnotationConfigApplicationContext.class,
			"Exception encountered during context initialization");

	@Override
	public void beforeEach(ExtensionContext context) {
		expected.set(0);
		this.log.beforeEach(context);
	}

	@Override
	public void afterEach(ExtensionContext context) {
		this.log.afterEach(context);
		assertThat(this.log.warnings()).hasSize(expected.get());
	}

	/**
	 * An initializer for the runner, which {@link #analysis} relies on.
	 */
	public static void remember(ConfigurableApplicationContext context) {
		last.set(context);
	}

	public static String analysis(AssertableApplicationContext context) {
		return analysis(of(context), last.get());
	}

	/** The failure itself. */
	public static Throwable of(AssertableApplicationContext context) {
		Throwable failure = context.getStartupFailure();
		if (failure == null) {
			throw new AssertionError("The context started");
		}
		expected.incrementAndGet();
		return failure;
	}

	private static String analysis(Throwable failure, ConfigurableApplicationContext context) {
		ArgumentResolver arguments = ArgumentResolver.of(BeanFactory.class, context.getBeanFactory())
			.and(Environment.class, context.getEnvironment());
		for (FailureAnalyzer analyzer : SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class, arguments, SKIPPED)) {
			FailureAnalysis analysis = analyzer.analyze(failure);
			if (analysis != null) {
				return analysis.getDescription() + "\nAction: " + analysis.getAction();
			}
		}
		throw new AssertionError("No analysis", failure);
	}

}
