package dev.redisqueue.boot.test;

import dev.redisqueue.boot.embedded.EmbeddedRedisAutoConfiguration;
import dev.redisqueue.boot.test.shop.OtherComponent;
import dev.redisqueue.boot.test.shop.ShopApplication;
import dev.redisqueue.listener.FailurePolicy;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.FilterType;
import org.springframework.test.context.ContextConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

@RedisQueueTest(useDefaultFilters = false, properties = "redis.queue.fail-fast=false",
		includeFilters = @Filter(type = FilterType.ASSIGNABLE_TYPE, classes = OtherComponent.class),
		excludeAutoConfiguration = EmbeddedRedisAutoConfiguration.class)
@ContextConfiguration(classes = ShopApplication.class)
class RedisQueueTestFiltersIntegrationTests {

	@Autowired
	private ApplicationContext context;

	@Test
	void theFiltersHold() {
		assertThat(this.context.getBeansOfType(OtherComponent.class)).hasSize(1);
		assertThat(this.context.getBeansOfType(FailurePolicy.class)).isEmpty();
		assertThat(this.context.containsBean("embeddedRedis")).isFalse();
	}

}
