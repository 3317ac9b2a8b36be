package dev.redisqueue.boot.listener;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;

import dev.redisqueue.Delivery;
import dev.redisqueue.listener.DeliveryHandler;

import org.springframework.util.ReflectionUtils;

/**
 * Calls a method of a bean.
 *
 * @param <T> the type of the payload
 */
final class ListenerMethodHandler<T> implements DeliveryHandler<T> {

	private final Object bean;

	private final Method method;

	private final ListenerArgument[] arguments;

	ListenerMethodHandler(Object bean, Method method, ListenerArgument[] arguments) {
		this.bean = bean;
		this.method = method;
		this.arguments = arguments;
		ReflectionUtils.makeAccessible(method);
	}

	@Override
	public void handle(List<Delivery<T>> deliveries) throws Exception {
		Object[] values = new Object[this.arguments.length];
		for (int i = 0; i < values.length; i++) {
			values[i] = this.arguments[i].of(deliveries);
		}
		try {
			this.method.invoke(this.bean, values);
		}
		catch (InvocationTargetException ex) {
			ReflectionUtils.rethrowException(ex.getTargetException());
		}
	}

}
