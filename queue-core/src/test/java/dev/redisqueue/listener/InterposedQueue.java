package dev.redisqueue.listener;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

import dev.redisqueue.RedisQueue;

/**
 * A queue one of whose verbs has something happen before and after it.
 */
final class InterposedQueue {

	private InterposedQueue() {
	}

	@SuppressWarnings("unchecked") // A proxy of this interface.
	static <T> RedisQueue<T> of(RedisQueue<T> queue, String verb, Runnable before, Runnable after) {
		return (RedisQueue<T>) Proxy.newProxyInstance(RedisQueue.class.getClassLoader(),
				new Class<?>[] { RedisQueue.class }, (proxy, method, arguments) -> {
					boolean meant = method.getName().equals(verb);
					if (meant) {
						before.run();
					}
					try {
						Object result = method.invoke(queue, arguments);
						if (meant) {
							after.run();
						}
						return result;
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

}
