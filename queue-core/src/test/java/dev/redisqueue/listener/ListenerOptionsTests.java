package dev.redisqueue.listener;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What can be set for a listener.
 */
class ListenerOptionsTests {

	@Test
	void refusesDurationsThatNobodyCanWaitFor() {
		Duration forever = java.time.temporal.ChronoUnit.FOREVER.getDuration();
		ListenerOptions options = ListenerOptions.defaults();
		assertThatIllegalArgumentException().isThrownBy(() -> options.withShutdownTimeout(forever));
		assertThatIllegalArgumentException().isThrownBy(() -> options.withHandlerTimeout(forever));
	}

}
