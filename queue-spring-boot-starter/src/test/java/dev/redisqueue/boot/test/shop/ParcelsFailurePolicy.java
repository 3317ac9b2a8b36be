package dev.redisqueue.boot.test.shop;

import dev.redisqueue.Delivery;
import dev.redisqueue.listener.FailureOutcome;
import dev.redisqueue.listener.FailurePolicy;

import org.springframework.stereotype.Component;

@Component
class ParcelsFailurePolicy implements FailurePolicy {

	@Override
	public FailureOutcome decide(Delivery<?> delivery, Throwable failure) {
		return FailureOutcome.bury();
	}

}
