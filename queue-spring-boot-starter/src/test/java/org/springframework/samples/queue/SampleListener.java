package org.springframework.samples.queue;

import dev.redisqueue.boot.RedisQueueListener;

import org.springframework.stereotype.Service;

/** A listener of an application whose package begins as those of Spring do. */
@Service
public class SampleListener {

	@RedisQueueListener(queues = "samples", autoStartup = "false")
	void on(String sample) {
	}

}
