package dev.redisqueue.boot.listener;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;

import dev.redisqueue.Delivery;
import dev.redisqueue.RedisQueue;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.SynthesizingMethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;

/**
 * A parameter of a listener.
 *
 * @param parameter the parameter
 * @param kind what it gets
 * @param payload the type of the payload in it; {@link ResolvableType#NONE} where it
 * leaves that open
 */
record ListenerParameter(MethodParameter parameter, Kind kind, ResolvableType payload) {

	private static final List<Class<?>> FOREIGN = List.of(RedisQueue.class, Message.class, Delivery[].class);

	static ListenerParameter of(ListenerMethod listener, int index) {
		Method method = listener.method();
		MethodParameter parameter = new SynthesizingMethodParameter(method, index).withContainingClass(listener.type());
		parameter.initParameterNameDiscovery(new DefaultParameterNameDiscoverer());
		if (parameter.hasParameterAnnotation(Header.class)) {
			return new ListenerParameter(parameter, Kind.HEADER, ResolvableType.NONE);
		}
		ResolvableType type = ResolvableType.forMethodParameter(parameter);
		Class<?> raw = type.resolve();
		if (raw == Delivery.class) {
			return new ListenerParameter(parameter, Kind.DELIVERY, payload(type));
		}
		if (raw == List.class) {
			ResolvableType element = type.getGeneric(0);
			return (element.resolve() == Delivery.class)
					? new ListenerParameter(parameter, Kind.DELIVERIES, payload(element))
					: new ListenerParameter(parameter, Kind.PAYLOADS, element);
		}
		if (raw == null || parameter.hasParameterAnnotation(Headers.class) || isForeign(raw) || ofDeliveries(type)) {
			throw listener.mistake(
					"has a parameter of the type " + type + " (number " + (index + 1) + "), which no message has.",
					"A listener takes the payload, its Delivery, a List of either, or a @Header.");
		}
		return new ListenerParameter(parameter, Kind.PAYLOAD, type);
	}

	private static boolean isForeign(Class<?> type) {
		return FOREIGN.stream().anyMatch((foreign) -> foreign.isAssignableFrom(type))
				|| type.getName().equals("org.springframework.messaging.MessageHeaders");
	}

	private static boolean ofDeliveries(ResolvableType type) {
		return Arrays.stream(type.getGenerics()).anyMatch((generic) -> generic.resolve() == Delivery.class);
	}

	private static ResolvableType payload(ResolvableType delivery) {
		ResolvableType payload = delivery.getGeneric(0);
		return (payload.resolve() != null) ? payload : ResolvableType.NONE;
	}

	boolean hasPayload() {
		return this.kind == Kind.PAYLOAD || this.kind == Kind.PAYLOADS;
	}

	enum Kind {

		PAYLOAD, DELIVERY, PAYLOADS, DELIVERIES, HEADER;

		boolean isBatch() {
			return this == PAYLOADS || this == DELIVERIES;
		}

	}

}
