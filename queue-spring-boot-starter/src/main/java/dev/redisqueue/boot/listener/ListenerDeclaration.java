package dev.redisqueue.boot.listener;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

import dev.redisqueue.boot.RedisQueueListener;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;

/**
 * What an annotation says, its placeholders resolved.
 *
 * @param queues the bean names of the queues
 * @param id the id, if one is given
 * @param concurrency the concurrency, if one is given
 * @param batch the batch
 * @param autoStartup whether it starts with the application, if it says so
 */
record ListenerDeclaration(List<String> queues, @Nullable String id, @Nullable Integer concurrency, int batch,
		@Nullable Boolean autoStartup) {

	static ListenerDeclaration of(ListenerMethod listener, Environment environment) {
		return new Reader(listener, environment).declaration();
	}

	/** With the names behind aliases. */
	ListenerDeclaration with(UnaryOperator<String> canonical) {
		return new ListenerDeclaration(this.queues.stream().map(canonical).toList(), this.id, this.concurrency,
				this.batch, this.autoStartup);
	}

	private record Reader(ListenerMethod listener, Environment environment) {

		ListenerDeclaration declaration() {
			RedisQueueListener annotation = this.listener.annotation();
			Integer batch = number("batch", annotation.batch());
			String id = text("id", annotation.id());
			return new ListenerDeclaration(queues(), id.isEmpty() ? null : id,
					number("concurrency", annotation.concurrency()), (batch != null) ? batch : 1,
					flag("autoStartup", annotation.autoStartup()));
		}

		private List<String> queues() {
			Set<String> names = new LinkedHashSet<>();
			for (String queue : this.listener.annotation().queues()) {
				String name = text("queues", queue);
				if (name.isEmpty()) {
					throw this.listener.mistake("names a queue '" + queue + "', which is empty.",
							"Name a queue, or set the property in it.");
				}
				if (!names.add(name)) {
					throw this.listener.mistake("names the queue '" + name + "' twice.", "Name it once.");
				}
			}
			if (names.isEmpty()) {
				throw this.listener.mistake("names no queue.", "Name it: @RedisQueueListener(\"orders\").");
			}
			return List.copyOf(names);
		}

		private @Nullable Integer number(String attribute, String value) {
			String text = text(attribute, value);
			if (text.isEmpty()) {
				return null;
			}
			// Up to four digits, so that every number fits.
			if (!text.matches("0*[1-9]\\d{0,2}|0*1000")) {
				throw this.listener.mistake("has the " + attribute + " '" + text + "'" + from(value)
						+ "; it must be a number from 1 to 1000.", "Correct the " + attribute + ".");
			}
			return Integer.valueOf(text);
		}

		private @Nullable Boolean flag(String attribute, String value) {
			String text = text(attribute, value);
			if (!text.matches("(?i)(true|false)?")) {
				throw this.listener.mistake(
						"has the " + attribute + " '" + text + "'" + from(value) + "; it must be true or false.",
						"Correct the " + attribute + ".");
			}
			return text.isEmpty() ? null : Boolean.valueOf(text);
		}

		private String text(String attribute, String value) {
			try {
				return this.environment.resolveRequiredPlaceholders(value).strip();
			}
			catch (IllegalArgumentException ex) {
				throw this.listener.mistake(
						"has '" + value + "' in its " + attribute + ", but not every property in it is set.",
						"Set the property, or give it a default: ${name:default}.");
			}
		}

		private static String from(String value) {
			return value.contains("${") ? " (from '" + value + "')" : "";
		}

	}

}
