package dev.redisqueue.boot;

class EmbeddedQueueIntegrationTests extends QueueContract {

}
