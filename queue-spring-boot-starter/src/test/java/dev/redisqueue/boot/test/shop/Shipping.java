package dev.redisqueue.boot.test.shop;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.redisqueue.boot.RedisQueueListener;

import org.springframework.stereotype.Component;

@Component
public class Shipping {

	private final List<Parcel> shipped = new CopyOnWriteArrayList<>();

	@RedisQueueListener("parcels")
	void ship(Parcel parcel) {
		this.shipped.add(parcel);
	}

	public List<Parcel> shipped() {
		return this.shipped;
	}

}
