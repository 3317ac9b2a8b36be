package dev.redisqueue.boot.listener;

import java.util.List;

import dev.redisqueue.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * What a parameter of a listener gets. Found once, so that a message costs no reflection
 * but the call.
 */
@FunctionalInterface
interface ListenerArgument {

	/**
	 * The value for one call.
	 * @param deliveries one, or for a batch one or more
	 */
	@Nullable Object of(List<? extends Delivery<?>> deliveries);

}
