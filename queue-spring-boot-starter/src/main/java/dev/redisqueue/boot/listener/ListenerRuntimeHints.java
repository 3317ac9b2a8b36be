package dev.redisqueue.boot.listener;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * What listeners find by its name.
 */
public final class ListenerRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.reflection().registerTypeIfPresent(classLoader, PayloadChecks.VALIDATOR);
		hints.reflection().registerTypeIfPresent(classLoader, FailurePolicies.VIOLATION);
	}

}
