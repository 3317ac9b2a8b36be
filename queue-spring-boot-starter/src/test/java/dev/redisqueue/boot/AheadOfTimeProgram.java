package dev.redisqueue.boot;

import java.time.Duration;

import dev.redisqueue.Delivery;
import dev.redisqueue.RedisQueue;

import org.springframework.boot.Banner;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * An application that puts and takes one order and one mail, and ends.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class AheadOfTimeProgram {

	@Bean
	CommandLineRunner work(RedisQueue<Order> orders, RedisQueue<Mail> mails) {
		return (arguments) -> {
			orders.put(new Order(42, "Ada"));
			mails.put(new Mail("ada@example.org"));
			try (Delivery<Order> delivery = orders.take(Duration.ofSeconds(30)).orElseThrow()) {
				System.out.println("TAKEN " + delivery.payload() + " " + delivery.ack());
			}
			System.out.println("GOT " + mails.get());
		};
	}

	public static void main(String[] arguments) {
		SpringApplication application = new SpringApplication(AheadOfTimeProgram.class);
		application.setBannerMode(Banner.Mode.OFF);
		application.run(arguments).close();
	}

}
