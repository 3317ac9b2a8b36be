package dev.redisqueue.boot.test.shop;

public record Parcel(String to) {
}
