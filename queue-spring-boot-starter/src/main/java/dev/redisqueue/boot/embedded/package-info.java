/**
 * A Redis server for development and tests: started where the application has
 * {@code org.signal:embedded-redis} on its class path and no Redis configured, stopped
 * with the context. Imports Spring Boot, the connection details of its Redis module and
 * the provider of the server's binary; of the queue nothing.
 */
@NullMarked
package dev.redisqueue.boot.embedded;

import org.jspecify.annotations.NullMarked;
