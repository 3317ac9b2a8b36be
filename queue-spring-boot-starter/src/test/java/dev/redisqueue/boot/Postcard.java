package dev.redisqueue.boot;

// Not public, as payloads of applications often are.
record Postcard(String to) {

}
