package dev.redisqueue.benchmarks.measure;

/**
 * One of those that are compared.
 *
 * @param subject its name in the table
 * @param measurement what it does in a round
 */
public record Contender(String subject, Measurement measurement) {

}
