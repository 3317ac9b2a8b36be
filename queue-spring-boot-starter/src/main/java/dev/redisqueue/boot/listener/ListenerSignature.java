package dev.redisqueue.boot.listener;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import dev.redisqueue.boot.listener.ListenerParameter.Kind;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.util.ClassUtils;

/**
 * What a listener's method takes.
 *
 * @param parameters its parameters, in order
 * @param payload the type of the payload; {@link ResolvableType#NONE} where no parameter
 * tells
 */
record ListenerSignature(List<ListenerParameter> parameters, ResolvableType payload) {

	static ListenerSignature of(ListenerMethod listener, int batch) {
		List<ListenerParameter> parameters = IntStream.range(0, listener.method().getParameterCount())
			.mapToObj((index) -> ListenerParameter.of(listener, index))
			.toList();
		requireSynchronous(listener);
		requireFitting(listener, parameters, batch);
		return new ListenerSignature(parameters, payload(listener, parameters));
	}

	/** The class that a queue needs, or {@code null} where no parameter tells. */
	@Nullable Class<?> payloadClass() {
		Class<?> type = this.payload.resolve();
		return (type != null) ? ClassUtils.resolvePrimitiveIfNecessary(type) : null;
	}

	/**
	 * Whether a class says it all, as a property does: there is nothing to tell between
	 * the angle brackets, or nothing beyond what JSON yields by itself.
	 */
	boolean isPlain() {
		boolean map = this.payload.resolve() == Map.class;
		return Arrays.stream(this.payload.getGenerics())
			.map((generic) -> generic.resolve(Object.class))
			.allMatch((generic) -> generic == Object.class || (map && generic == String.class));
	}

	/** The message is acknowledged when the method returns. */
	private static void requireSynchronous(ListenerMethod listener) {
		Class<?> returned = listener.method().getReturnType();
		if (Future.class.isAssignableFrom(returned)
				|| ReactiveAdapterRegistry.getSharedInstance().getAdapter(returned) != null) {
			throw listener.mistake(
					"returns a " + returned.getName() + ": its message would be acknowledged before the work is done.",
					"Wait for the result in the method, and return nothing.");
		}
		if (AnnotatedElementUtils.hasAnnotation(listener.method(), Async.class)
				|| AnnotatedElementUtils.hasAnnotation(listener.type(), Async.class)) {
			throw listener.mistake("is @Async: its message would be acknowledged before the work is done.",
					"Remove @Async: set concurrency=\"4\", say, for more at the same time.");
		}
	}

	private static void requireFitting(ListenerMethod listener, List<ListenerParameter> parameters, int batch) {
		List<Kind> kinds = parameters.stream().map(ListenerParameter::kind).toList();
		boolean lists = kinds.stream().anyMatch(Kind::isBatch);
		if (kinds.stream().allMatch((kind) -> kind == Kind.HEADER)) {
			throw listener.mistake("takes neither a payload nor a Delivery.", "Add a parameter for the payload.");
		}
		if (parameters.stream().filter(ListenerParameter::hasPayload).count() > 1) {
			throw listener.mistake("has two parameters for the payload.",
					"Keep one; other values of a message are @Header parameters or in the Delivery.");
		}
		if (lists && batch == 1) {
			throw listener.mistake("takes a List, but its batch is 1.",
					"Set batch=\"100\", say, or take a single payload or Delivery. For a payload that is a list "
							+ "itself, take a Delivery<List<...>>.");
		}
		if (batch > 1 && (kinds.contains(Kind.PAYLOAD) || kinds.contains(Kind.DELIVERY))) {
			throw listener.mistake("has a batch of " + batch + ", but does not take a List.",
					"Take a List of the payload or of its Delivery, or remove the batch.");
		}
		if (batch > 1 && kinds.contains(Kind.HEADER)) {
			throw listener.mistake("has a batch of " + batch + " and a @Header, which is of one message.",
					"Take a List<Delivery<...>>, whose deliveries have headers(), or remove the batch.");
		}
	}

	private static ResolvableType payload(ListenerMethod listener, List<ListenerParameter> parameters) {
		List<ResolvableType> payloads = parameters.stream()
			.map(ListenerParameter::payload)
			.filter((payload) -> payload.resolve() != null)
			.toList();
		for (ResolvableType payload : payloads) {
			if (!payload.getType().equals(payloads.get(0).getType())) {
				throw listener.mistake("takes a payload of " + payloads.get(0) + " and one of " + payload + ".",
						"A queue carries one class: use the same in all parameters.");
			}
		}
		return payloads.isEmpty() ? ResolvableType.NONE : payloads.get(0);
	}

}
