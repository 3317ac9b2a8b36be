package dev.redisqueue.boot;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.redisqueue.Delivery;
import dev.redisqueue.RedisQueue;

import org.springframework.boot.Banner;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.messaging.handler.annotation.Header;

/**
 * An application that puts and takes one order and one mail, has one parcel handled by a
 * listener, and ends.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class AheadOfTimeProgram {

	private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

	@Bean
	CommandLineRunner work(RedisQueue<Order> orders, RedisQueue<Postcard> mails, RedisQueue<Parcel> parcels) {
		return (arguments) -> {
			orders.put(new Order(42, "Ada"));
			mails.put(new Postcard("ada@example.org"));
			try (Delivery<Order> delivery = orders.take(Duration.ofSeconds(30)).orElseThrow()) {
				System.out.println("TAKEN " + delivery.payload() + " " + delivery.ack());
			}
			System.out.println("GOT " + mails.get());
			parcels.put(new Parcel("Ada"));
			System.out.println("HANDLED " + this.handled.poll(60, TimeUnit.SECONDS));
		};
	}

	@RedisQueueListener("parcels")
	private void handle(Parcel parcel, @Header("attempt") int attempt) {
		this.handled.add(parcel + " " + attempt);
	}

	public static void main(String[] arguments) {
		SpringApplication application = new SpringApplication(AheadOfTimeProgram.class);
		application.setBannerMode(Banner.Mode.OFF);
		application.run(arguments).close();
	}

	record Parcel(String to) {
	}

}
