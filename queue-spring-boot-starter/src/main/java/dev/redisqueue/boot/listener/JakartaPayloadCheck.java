package dev.redisqueue.boot.listener;

import java.util.Arrays;
import java.util.Set;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Validator;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;

/**
 * Validation by a Jakarta validator, which need not be on the class path: no other class
 * names it.
 *
 * @param validator the application's validator
 * @param groups the groups to validate
 */
record JakartaPayloadCheck(Validator validator, Class<?>[] groups) implements PayloadCheck {

	static @Nullable PayloadCheck find(BeanFactory beanFactory, Object[] groups) {
		Validator validator = beanFactory.getBeanProvider(Validator.class).getIfAvailable();
		return (validator != null)
				? new JakartaPayloadCheck(validator, Arrays.copyOf(groups, groups.length, Class[].class)) : null;
	}

	@Override
	public void check(Object payload) {
		Set<ConstraintViolation<Object>> violations = this.validator.validate(payload, this.groups);
		if (!violations.isEmpty()) {
			throw new ConstraintViolationException(violations);
		}
	}

}
