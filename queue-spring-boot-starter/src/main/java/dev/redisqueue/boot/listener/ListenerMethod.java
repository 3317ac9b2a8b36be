package dev.redisqueue.boot.listener;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Collectors;

import dev.redisqueue.boot.RedisQueueListener;
import dev.redisqueue.boot.properties.QueueStartupException;

/**
 * A method that listens.
 *
 * @param beanName the bean that has it
 * @param type the class of the bean, without proxies
 * @param method the method
 * @param annotation its annotation, what it inherits and overrides included
 */
record ListenerMethod(String beanName, Class<?> type, Method method, RedisQueueListener annotation) {

	/** As it is named in what is said about it. */
	String description() {
		return Arrays.stream(this.method.getParameterTypes())
			.map(Class::getSimpleName)
			.collect(Collectors.joining(", ",
					this.method.getDeclaringClass().getName() + "." + this.method.getName() + "(", ")"));
	}

	/** What fails the start. */
	QueueStartupException mistake(String description, String action) {
		return new QueueStartupException("The listener " + description() + " " + description, action);
	}

}
