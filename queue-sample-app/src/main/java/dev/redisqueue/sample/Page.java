package dev.redisqueue.sample;

/**
 * A message of queue {@code pages}: what to check, and the first page that links to it.
 */
record Page(String url, String foundOn) {
}
