package dev.redisqueue.boot.embedded;

import java.util.List;
import java.util.Optional;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Which property says where the application's Redis is, if any.
 */
final class ConfiguredRedis {

	private static final List<String> ADDRESSES = List.of("host", "port", "url", "sentinel.master", "sentinel.nodes",
			"cluster.nodes", "masterreplica.nodes");

	private ConfiguredRedis() {
	}

	static Optional<String> property(Environment environment) {
		Binder binder = Binder.get(environment);
		return ADDRESSES.stream()
			.map((address) -> "spring.data.redis." + address)
			.filter((property) -> binder.bind(property, Bindable.listOf(String.class)).isBound())
			.findFirst();
	}

	/**
	 * Matches where no property does.
	 */
	static class None extends SpringBootCondition {

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			ConditionMessage.Builder message = ConditionMessage.forCondition("no Redis configured");
			return property(context.getEnvironment())
				.map((property) -> ConditionOutcome.noMatch(message.found("property").items(property)))
				.orElseGet(() -> ConditionOutcome.match(message.because("no property gives an address")));
		}

	}

}
