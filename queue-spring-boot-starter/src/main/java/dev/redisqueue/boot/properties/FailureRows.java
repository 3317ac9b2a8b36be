package dev.redisqueue.boot.properties;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.redisqueue.boot.properties.RedisQueueProperties.Failure;
import dev.redisqueue.listener.FailureOutcome;

import org.springframework.util.ClassUtils;

/**
 * Which exception has which outcome, as the properties say.
 *
 * @param outcomes the outcomes by class
 */
public record FailureRows(Map<Class<? extends Throwable>, FailureOutcome> outcomes) {

	static FailureRows of(Failure failure, String property) {
		Reader reader = new Reader(property, new HashMap<>(), new HashMap<>());
		reader.read("retry", failure.retry(), FailureOutcome.retry());
		reader.read("bury", failure.bury(), FailureOutcome.bury());
		reader.read("release", failure.release(), FailureOutcome.release());
		reader.read("discard", failure.discard(), FailureOutcome.discard());
		return new FailureRows(reader.outcomes());
	}

	/** These, but for a class that the other has too the outcome of that. */
	FailureRows with(FailureRows other) {
		Map<Class<? extends Throwable>, FailureOutcome> both = new LinkedHashMap<>(this.outcomes);
		both.putAll(other.outcomes);
		return new FailureRows(both);
	}

	private record Reader(String property, Map<Class<? extends Throwable>, FailureOutcome> outcomes,
			Map<Class<?>, String> rows) {

		void read(String row, List<String> names, FailureOutcome outcome) {
			for (String name : names) {
				Class<? extends Throwable> type = type(row, name.strip());
				String other = this.rows.put(type, row);
				if (other != null && !other.equals(row)) {
					throw new QueueStartupException(
							"The properties '" + this.property + "." + other + "' and '" + this.property + "." + row
									+ "' both name " + type.getName() + ".",
							"An exception has one outcome: remove it from one of the two.");
				}
				this.outcomes.put(type, outcome);
			}
		}

		private Class<? extends Throwable> type(String row, String name) {
			try {
				return ClassUtils.forName(name, null).asSubclass(Throwable.class);
			}
			catch (ClassNotFoundException | LinkageError ex) {
				throw mistake(row, name, "There is no such class on the class path", ex);
			}
			catch (ClassCastException ex) {
				throw mistake(row, name, "That class is no exception", ex);
			}
		}

		private QueueStartupException mistake(String row, String name, String problem, Throwable cause) {
			String where = this.property + "." + row;
			return new QueueStartupException("The property '" + where + "' names '" + name + "'. " + problem + ".",
					"Correct " + where + ": the full names of exception classes, with '$' before a nested one.", cause);
		}

	}

}
