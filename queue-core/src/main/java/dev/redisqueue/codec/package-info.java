/**
 * How payloads become bytes and back: {@link dev.redisqueue.codec.PayloadCodec} and the
 * stock codecs behind its factory methods. No class name is ever written or read. Imports
 * the JDK and Jackson 3.
 */
@NullMarked
package dev.redisqueue.codec;

import org.jspecify.annotations.NullMarked;
