package dev.redisqueue.boot.listener;

import java.util.ArrayList;
import java.util.List;

import dev.redisqueue.Delivery;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.core.convert.ConversionService;

/**
 * Finds out what the parameters of a listener get.
 */
final class ListenerArguments {

	private final PayloadChecks checks;

	private final ConversionService conversion;

	ListenerArguments(ConfigurableListableBeanFactory beanFactory) {
		this.checks = new PayloadChecks(beanFactory);
		ConversionService own = beanFactory.getConversionService();
		this.conversion = (own != null) ? own : ApplicationConversionService.getSharedInstance();
	}

	ListenerArgument[] of(ListenerMethod listener, ListenerSignature signature) {
		return signature.parameters()
			.stream()
			.map((parameter) -> of(listener, parameter))
			.toArray(ListenerArgument[]::new);
	}

	private ListenerArgument of(ListenerMethod listener, ListenerParameter parameter) {
		return switch (parameter.kind()) {
			case PAYLOAD -> checked(this.checks.of(listener, parameter));
			case DELIVERY -> {
				this.checks.requireNone(listener, parameter);
				yield (deliveries) -> deliveries.get(0);
			}
			case PAYLOADS -> {
				this.checks.requireNone(listener, parameter);
				yield ListenerArguments::payloads;
			}
			case DELIVERIES -> {
				this.checks.requireNone(listener, parameter);
				yield (deliveries) -> deliveries;
			}
			case HEADER -> HeaderArgument.of(listener, parameter.parameter(), this.conversion);
		};
	}

	private static ListenerArgument checked(PayloadCheck check) {
		return (deliveries) -> {
			Object payload = deliveries.get(0).payload();
			check.check(payload);
			return payload;
		};
	}

	private static List<Object> payloads(List<? extends Delivery<?>> deliveries) {
		List<Object> payloads = new ArrayList<>(deliveries.size());
		deliveries.forEach((delivery) -> payloads.add(delivery.payload()));
		return payloads;
	}

}
