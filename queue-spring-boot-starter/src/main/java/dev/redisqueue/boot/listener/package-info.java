/**
 * From an annotated method to its container: finds the methods, reads the annotation and
 * the parameters, declares the queues that they name, and makes the containers once all
 * beans are there. Imports {@code queues} and {@code properties}, the annotation and the
 * registry that it implements, and the containers of {@code dev.redisqueue.listener}; of
 * Jakarta Validation in one class, since it is optional.
 * <p>
 * No API: it may change with every version.
 */
@NullMarked
package dev.redisqueue.boot.listener;

import org.jspecify.annotations.NullMarked;
