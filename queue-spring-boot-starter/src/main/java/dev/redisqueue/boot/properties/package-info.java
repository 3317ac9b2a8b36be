/**
 * From properties to settings: {@code RedisQueueProperties} is what was bound, and
 * {@code QueueSettings} what one queue has after the defaults were put in and everything
 * was checked. A further property is a component of the first and a line in
 * {@code QueueSettingsFactory}. Imports the options of the API and the binder of Spring
 * Boot, and no other package of this module.
 * <p>
 * No API: it may change with every version.
 */
@NullMarked
package dev.redisqueue.boot.properties;

import org.jspecify.annotations.NullMarked;
