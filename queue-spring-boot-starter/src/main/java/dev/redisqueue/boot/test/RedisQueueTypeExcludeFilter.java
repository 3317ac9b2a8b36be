package dev.redisqueue.boot.test;

import java.util.Set;

import dev.redisqueue.codec.PayloadCodec;
import dev.redisqueue.listener.FailurePolicy;

import org.springframework.boot.test.context.filter.annotation.StandardAnnotationCustomizableTypeExcludeFilter;

/**
 * Leaves out the components that a {@link RedisQueueTest} does not need.
 */
class RedisQueueTypeExcludeFilter extends StandardAnnotationCustomizableTypeExcludeFilter<RedisQueueTest> {

	RedisQueueTypeExcludeFilter(Class<?> testClass) {
		super(testClass);
	}

	@Override
	protected Set<Class<?>> getKnownIncludes() {
		return Set.of(PayloadCodec.class, FailurePolicy.class);
	}

}
