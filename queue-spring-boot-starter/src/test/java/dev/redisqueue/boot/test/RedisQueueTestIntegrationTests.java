package dev.redisqueue.boot.test;

import java.time.Duration;

import dev.redisqueue.RedisQueue;
import dev.redisqueue.boot.RedisQueueListenerRegistry;
import dev.redisqueue.boot.test.shop.OtherComponent;
import dev.redisqueue.boot.test.shop.Parcel;
import dev.redisqueue.boot.test.shop.Shipping;
import dev.redisqueue.boot.test.shop.ShopApplication;
import dev.redisqueue.listener.FailurePolicy;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.ContextConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A slice of an application: its queues, the listener that is imported, nothing else.
 */
@RedisQueueTest(properties = "redis.queue.queues.parcels.max-attempts=7")
@ContextConfiguration(classes = ShopApplication.class)
@Import(Shipping.class)
class RedisQueueTestIntegrationTests {

	@Autowired
	private RedisQueue<Parcel> parcels;

	@Autowired
	private Shipping shipping;

	@Autowired
	private ApplicationContext context;

	@Test
	void theImportedListenerGetsWhatIsPut() {
		this.parcels.put(new Parcel("Ada"));
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.untilAsserted(() -> assertThat(this.shipping.shipped()).containsExactly(new Parcel("Ada")));
	}

	@Test
	void otherComponentsAreLeftOut() {
		assertThat(this.context.getBeansOfType(OtherComponent.class)).isEmpty();
		assertThat(this.context.getBean(RedisQueueListenerRegistry.class).containers()).hasSize(1);
	}

	@Test
	void failurePoliciesAreFound() {
		assertThat(this.context.getBeansOfType(FailurePolicy.class)).containsOnlyKeys("parcelsFailurePolicy");
	}

	@Test
	void thePropertiesOfTheTestHold() {
		assertThat(this.context.getEnvironment().getProperty("redis.queue.queues.parcels.max-attempts")).isEqualTo("7");
	}

}
