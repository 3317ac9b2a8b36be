package dev.redisqueue.boot;

public record Order(long id, String customer) {

}
