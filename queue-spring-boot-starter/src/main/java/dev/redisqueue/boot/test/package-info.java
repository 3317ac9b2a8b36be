/**
 * Tests of what an application does with queues. Imports the API and Spring Boot's test
 * support, which is an optional dependency: nothing else here needs this package.
 */
@NullMarked
package dev.redisqueue.boot.test;

import org.jspecify.annotations.NullMarked;
