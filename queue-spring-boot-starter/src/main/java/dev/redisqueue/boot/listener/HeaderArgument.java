package dev.redisqueue.boot.listener;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

import dev.redisqueue.Delivery;
import dev.redisqueue.PutOptions;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.TypeDescriptor;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.ValueConstants;
import org.springframework.util.StringUtils;

/**
 * A header of a message, as the type of the parameter.
 *
 * @param name its name
 * @param source where it is
 * @param type what it becomes
 * @param required whether a message without it fails
 * @param otherwise what a message without it has instead
 * @param conversion makes it what it becomes
 */
record HeaderArgument(String name, Function<Delivery<?>, @Nullable Object> source, TypeDescriptor type,
		boolean required, @Nullable String otherwise, ConversionService conversion) implements ListenerArgument {

	static ListenerArgument of(ListenerMethod listener, MethodParameter parameter, ConversionService conversion) {
		Header header = Objects.requireNonNull(parameter.getParameterAnnotation(Header.class));
		String name = StringUtils.hasText(header.name()) ? header.name() : parameter.getParameterName();
		if (name == null) {
			throw listener.mistake("has a @Header without a name.",
					"Name it: @Header(\"tenant\"), or compile with '-parameters'.");
		}
		requireName(name, listener);
		String otherwise = header.defaultValue().equals(ValueConstants.DEFAULT_NONE) ? null : header.defaultValue();
		HeaderArgument argument = new HeaderArgument(name, source(name),
				new TypeDescriptor(parameter.nestedIfOptional()), header.required() && !parameter.isOptional(),
				otherwise, conversion);
		argument.requireConvertible(listener);
		if (parameter.getParameterType() == Optional.class) {
			return (deliveries) -> Optional.ofNullable(argument.of(deliveries));
		}
		return argument;
	}

	/** What no put may name, no message has. */
	private static void requireName(String name, ListenerMethod listener) {
		try {
			if (!name.equals("id") && !name.equals("attempt")) {
				PutOptions.create().header(name, "");
			}
		}
		catch (IllegalArgumentException ex) {
			throw listener.mistake("has a @Header '" + name + "', which no message has. " + ex.getMessage() + ".",
					"Name it as the put does, in lower-case: @Header(\"tenant-id\"); what the queue itself knows is in "
							+ "the Delivery.");
		}
	}

	private static Function<Delivery<?>, @Nullable Object> source(String name) {
		return switch (name) {
			case "id" -> Delivery::id;
			case "attempt" -> Delivery::attempt;
			default -> (delivery) -> delivery.headers().get(name);
		};
	}

	private void requireConvertible(ListenerMethod listener) {
		Class<?> from = this.name.equals("attempt") ? Integer.class : String.class;
		if (!this.conversion.canConvert(TypeDescriptor.valueOf(from), this.type)) {
			throw listener.mistake(
					"has a @Header '" + this.name + "' of the type " + this.type + ", to which nothing converts it.",
					"Take a String, or add a Converter to the bean 'conversionService'.");
		}
		if (this.otherwise == null && !this.required && this.type.isPrimitive()) {
			throw listener.mistake("has a @Header '" + this.name + "' that a message may lack, but "
					+ this.type.getType() + " cannot be null.", "Take its wrapper, or give a defaultValue.");
		}
		try {
			converted(this.otherwise);
		}
		catch (ConversionException ex) {
			throw listener.mistake("has a @Header '" + this.name + "' with the defaultValue '" + this.otherwise
					+ "', which is no " + this.type + ".", "Correct the defaultValue.");
		}
	}

	@Override
	public @Nullable Object of(List<? extends Delivery<?>> deliveries) {
		Delivery<?> delivery = deliveries.get(0);
		Object header = this.source.apply(delivery);
		if (header == null && this.otherwise == null && this.required) {
			throw new UnusableHeaderException(
					"Message " + delivery.id() + " has no header '" + this.name + "', which its listener requires",
					null);
		}
		try {
			return converted((header != null) ? header : this.otherwise);
		}
		catch (ConversionException ex) {
			throw new UnusableHeaderException(
					"Message " + delivery.id() + " has a header '" + this.name + "' that is no " + this.type, ex);
		}
	}

	private @Nullable Object converted(@Nullable Object value) {
		return (value != null) ? this.conversion.convert(value, TypeDescriptor.forObject(value), this.type) : null;
	}

}
