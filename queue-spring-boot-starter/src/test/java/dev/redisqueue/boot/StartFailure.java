package dev.redisqueue.boot;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

/**
 * What Spring Boot would print about a context that did not start: the analyzers of all
 * jars, in their order, the first answer.
 */
public final class StartFailure {

	// Some analyzers of Spring Boot are about libraries that are not here.
	private static final FailureHandler SKIPPED = (type, implementation, failure) -> {
	};

	// A context that failed is not given to the callback of the runner.
	private static final ThreadLocal<ConfigurableApplicationContext> last = new ThreadLocal<>();

	private StartFailure() {
	}

	/**
	 * An initializer for the runner, which {@link #analysis} relies on.
	 */
	public static void remember(ConfigurableApplicationContext context) {
		last.set(context);
	}

	public static String analysis(AssertableApplicationContext context) {
		Throwable failure = context.getStartupFailure();
		if (failure == null) {
			throw new AssertionError("The context started");
		}
		return analysis(failure, last.get());
	}

	static String analysis(Throwable failure, ConfigurableApplicationContext context) {
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
