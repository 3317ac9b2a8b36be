package dev.redisqueue.boot.properties;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.origin.Origin;

/**
 * How the value of a property and the place where it is set are quoted in a mistake.
 */
final class PropertyQuotes {

	private static final Pattern SECRET = Pattern.compile("(?i).*(password|secret|token|credential).*");

	private PropertyQuotes() {
	}

	/** Without the credentials that the property is for. */
	static String value(String name, @Nullable Object value) {
		return SECRET.matcher(name).matches() ? "******" : withoutCredentials(value);
	}

	/** Without the credentials that a URL may carry. */
	static String withoutCredentials(@Nullable Object value) {
		return String.valueOf(value).replaceAll("//\\S*@", "//******@");
	}

	static String origin(@Nullable Origin origin) {
		return (origin != null) ? " (" + origin + ")" : "";
	}

}
