/**
 * The queue in a Spring Boot application: one {@link dev.redisqueue.RedisQueue} bean per
 * name in the properties, checked at start. Imports the API, the codecs, the factory of
 * {@code dev.redisqueue.redis}, Spring Boot and the connection factories of Spring Data
 * Redis; of Lettuce nothing.
 */
@NullMarked
package dev.redisqueue.boot;

import org.jspecify.annotations.NullMarked;
