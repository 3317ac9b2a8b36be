package dev.redisqueue.boot;

public record Mail(String to) {

}
