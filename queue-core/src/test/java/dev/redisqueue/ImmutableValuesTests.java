package dev.redisqueue;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import dev.redisqueue.listener.FailureOutcome;
import dev.redisqueue.listener.FailurePolicy;
import dev.redisqueue.listener.ListenerOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import org.springframework.core.task.TaskDecorator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Values of the API that will grow: nobody may depend on how many there are, and each is
 * set, compared and shown.
 */
class ImmutableValuesTests {

	static final List<Object> STARTS = List.of(QueueOptions.defaults(), QueueStats.empty(), ListenerOptions.defaults());

	@ParameterizedTest
	@FieldSource("STARTS")
	void canBeMadeFromTheirStartOnly(Object start) {
		assertThat(start.getClass()).isFinal();
		assertThat(start.getClass().isRecord()).isFalse();
		assertThat(start.getClass().getConstructors()).isEmpty();
		assertThat(start.getClass().getInterfaces()).as("nothing that promises a way to copy or write it").isEmpty();
	}

	@ParameterizedTest
	@FieldSource("STARTS")
	void eachValueIsSetComparedAndShownAlone(Object start) throws Exception {
		List<Object> all = new ArrayList<>(List.of(start));
		for (Method accessor : accessors(start).toList()) {
			Object value = another(accessor.getReturnType(), accessor.invoke(start));
			Object changed = wither(accessor).invoke(start, value);
			assertThat(accessor.invoke(changed)).as(accessor.getName()).isEqualTo(value);
			assertThat(changed.toString()).contains(accessor.getName() + "=" + value);
			assertThat(all).doesNotContain(changed);
			all.add(changed);
			Object back = wither(accessor).invoke(changed, accessor.invoke(start));
			assertThat(back).isEqualTo(start).hasSameHashCodeAs(start).hasToString(start.toString());
		}
		assertThat(all.get(0)).as("unchanged").isEqualTo(start).isNotEqualTo("something else");
	}

	@Test
	void startsAreShownAsTheRecordsWere() {
		assertThat(QueueStats.empty()).hasToString("QueueStats[ready=0, delayed=0, taken=0, dead=0, consumers=0, "
				+ "oldestAge=null, lastPoll=null, lastBeat=null, paused=false, acked=0, retried=0, interrupted=0, buried=0, "
				+ "expired=0, recovered=0, lettersExpired=0]");
	}

	@Test
	void whatCannotBeAbsentIsRefusedByName() {
		QueueOptions options = QueueOptions.defaults();
		assertThatNullPointerException().isThrownBy(() -> options.withFormat(null)).withMessage("format");
		assertThatNullPointerException().isThrownBy(() -> options.withBackoff(null)).withMessage("backoff");
		assertThatNullPointerException().isThrownBy(() -> options.withTransactions(null)).withMessage("transactions");
	}

	private static Stream<Method> accessors(Object start) {
		return Arrays.stream(start.getClass().getMethods())
			.filter((method) -> method.getDeclaringClass() == start.getClass())
			.filter((method) -> !Modifier.isStatic(method.getModifiers()) && method.getParameterCount() == 0)
			.filter((method) -> !List.of("hashCode", "toString").contains(method.getName()));
	}

	private static Method wither(Method accessor) throws NoSuchMethodException {
		String name = accessor.getName();
		return accessor.getDeclaringClass()
			.getMethod("with" + Character.toUpperCase(name.charAt(0)) + name.substring(1), accessor.getReturnType());
	}

	private static Object another(Class<?> type, Object value) {
		if (type.isEnum()) {
			return Stream.of(type.getEnumConstants()).filter((constant) -> constant != value).findFirst().orElseThrow();
		}
		if (type == String.class) {
			return "another";
		}
		if (type == Duration.class) {
			return Duration.ofSeconds(77);
		}
		if (type == Backoff.class) {
			return Backoff.fixed(Duration.ofSeconds(77));
		}
		if (type == FailurePolicy.class) {
			return (FailurePolicy) (delivery, failure) -> FailureOutcome.bury();
		}
		if (type == TaskDecorator.class) {
			return (TaskDecorator) (task) -> task;
		}
		if (type == boolean.class) {
			return !(boolean) value;
		}
		return (type == long.class) ? (Object) 77L : (Object) 77;
	}

}
