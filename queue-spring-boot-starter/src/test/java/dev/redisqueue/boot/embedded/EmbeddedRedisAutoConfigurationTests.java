package dev.redisqueue.boot.embedded;

import dev.redisqueue.boot.StartFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.embedded.RedisExecProvider;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where the embedded server stays away, and what it says where it cannot run.
 */
@ExtendWith(StartFailure.class)
class EmbeddedRedisAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(EmbeddedRedisAutoConfiguration.class, DataRedisAutoConfiguration.class))
		.withInitializer(StartFailure::remember);

	@ParameterizedTest
	@ValueSource(strings = { "spring.data.redis.host=localhost", "spring.data.redis.port=6379",
			"spring.data.redis.url=redis://localhost:6379",
			"spring.data.redis.sentinel.master=main;spring.data.redis.sentinel.nodes=localhost:26379",
			"spring.data.redis.cluster.nodes=localhost:7000", "spring.data.redis.cluster.nodes[0]=localhost:7000",
			"spring.data.redis.masterreplica.nodes=localhost:7000", "redis.queue.embedded.enabled=false" })
	void staysAwayWhereAPropertySaysSo(String properties) {
		this.runner.withPropertyValues(properties.split(";"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("embeddedRedis"));
	}

	@Test
	void staysAwayWithoutItsLibrary() {
		this.runner.withClassLoader(new FilteredClassLoader(RedisExecProvider.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("embeddedRedis"));
	}

	@Test
	void staysAwayWhereConnectionDetailsArePublished() {
		this.runner.withBean(DataRedisConnectionDetails.class, () -> new DataRedisConnectionDetails() {

			@Override
			public Standalone getStandalone() {
				return Standalone.of("127.0.0.1", 1);
			}

		}).run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("embeddedRedis"));
	}

	@Test
	void staysAwayWhereAnotherAutoConfigurationPublishesThem() {
		this.runner.withConfiguration(AutoConfigurations.of(Published.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(DataRedisConnectionDetails.class)
				.doesNotHaveBean("embeddedRedis"));
	}

	@Test
	void staysAwayWhereTheApplicationHasAConnectionFactory() {
		this.runner.withBean(RedisConnectionFactory.class, LettuceConnectionFactory::new)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("embeddedRedis"));
	}

	@Test
	void namesThePropertyWhereThereIsNoBinaryForThePlatform() {
		// Another test of this JVM may have unpacked the one for this platform.
		ReflectionTestUtils.setField(EmbeddedRedis.class, "unpacked", null);
		this.runner.withSystemProperties("os.name=Windows 11", "os.arch=amd64")
			.run((context) -> assertThat(StartFailure.analysis(context))
				.contains("no embedded Redis for Windows 11 amd64")
				.contains("Set spring.data.redis.url")
				.contains("redis.queue.embedded.enabled=false"));
	}

	@AutoConfiguration(before = DataRedisAutoConfiguration.class)
	static class Published {

		@Bean
		DataRedisConnectionDetails published() {
			return new DataRedisConnectionDetails() {

				@Override
				public Standalone getStandalone() {
					return Standalone.of("127.0.0.1", 1);
				}

			};
		}

	}

}
