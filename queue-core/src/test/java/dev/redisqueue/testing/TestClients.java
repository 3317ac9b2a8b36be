package dev.redisqueue.testing;

import java.util.concurrent.TimeUnit;

import io.lettuce.core.resource.ClientResources;

/**
 * The threads and timers of the tests' clients. Those of a process are shared by the
 * application's connections and the queues', as they are with Spring Boot; those of
 * another process are others, so that one that is held up holds up no other.
 */
final class TestClients {

	/** Of the tests' own connections, which are no part of what is tested. */
	static final ClientResources OWN = process();

	private TestClients() {
	}

	static ClientResources process() {
		return ClientResources.create();
	}

	/** At once: what used them is closed. */
	static void shutdown(ClientResources resources) {
		resources.shutdown(0, 2, TimeUnit.SECONDS);
	}

}
