package dev.redisqueue.sample;

/**
 * A message of queue {@code findings}: a broken link, and the first page it stands on.
 */
record Finding(String page, String link, String problem) {
}
