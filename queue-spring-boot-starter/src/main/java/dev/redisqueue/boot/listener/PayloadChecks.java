package dev.redisqueue.boot.listener;

import java.lang.annotation.Annotation;

import dev.redisqueue.boot.RedisQueueListener;
import dev.redisqueue.boot.listener.ListenerParameter.Kind;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;
import org.springframework.validation.annotation.ValidationAnnotationUtils;

/**
 * Finds the validation that a parameter asks for.
 */
final class PayloadChecks {

	private static final Logger logger = LoggerFactory.getLogger(RedisQueueListener.class);

	static final String VALIDATOR = "jakarta.validation.Validator";

	private static final boolean JAKARTA = ClassUtils.isPresent(VALIDATOR, PayloadChecks.class.getClassLoader());

	private final ConfigurableListableBeanFactory beanFactory;

	PayloadChecks(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	PayloadCheck of(ListenerMethod listener, ListenerParameter parameter) {
		Object[] groups = groups(parameter);
		if (groups == null) {
			return PayloadCheck.NONE;
		}
		PayloadCheck check = JAKARTA ? JakartaPayloadCheck.find(this.beanFactory, groups) : null;
		if (check != null) {
			return check;
		}
		logger.warn(
				"The listener {} asks for valid payloads, but nothing validates them: there is no "
						+ "jakarta.validation.Validator bean. Add spring-boot-starter-validation",
				listener.description());
		return PayloadCheck.NONE;
	}

	/** One payload that is not valid would fail its whole batch. */
	void requireNone(ListenerMethod listener, ListenerParameter parameter) {
		if (groups(parameter) != null && parameter.kind() == Kind.DELIVERY) {
			throw listener.mistake("asks for the validation of a Delivery, whose payload would not be validated.",
					"Annotate a parameter for the payload, which may stand beside the Delivery.");
		}
		if (groups(parameter) != null) {
			throw listener.mistake("asks for the validation of a batch, of which one message would fail all.",
					"Remove the annotation and validate in the method, or the batch.");
		}
	}

	private static Object @Nullable [] groups(ListenerParameter parameter) {
		for (Annotation annotation : parameter.parameter().getParameterAnnotations()) {
			Object[] groups = ValidationAnnotationUtils.determineValidationHints(annotation);
			if (groups != null) {
				return groups;
			}
		}
		return null;
	}

}
