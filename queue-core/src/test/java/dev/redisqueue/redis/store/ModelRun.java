package dev.redisqueue.redis.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

import dev.redisqueue.testing.RedisDump;
import dev.redisqueue.testing.RedisInstance;

/**
 * One run of the model test: a seed decides what happens. After every third step all of
 * Redis is compared with the model (after every step, three times the time); at the end
 * everything has to drain, and no key to stay.
 */
final class ModelRun {

	private static final int CHECK_EVERY = Integer.getInteger("model.check-every", 3);

	private final ModelFeatures features;

	private final Random random;

	private final ModelServer server;

	private final ModelCalls calls;

	private final List<ModelConsumer> consumers = new ArrayList<>();

	private final List<ModelWait> ghosts = new ArrayList<>();

	private int history;

	private int payloads;

	private int ids;

	private ModelRun(RedisInstance redis, long seed, ModelFeatures features) {
		this.features = features;
		this.random = new Random(seed * 7919 + 17);
		this.server = new ModelServer(redis, features);
		this.calls = new ModelCalls(this.random);
	}

	/** Throws an {@link AssertionError} that says at which step what was lost. */
	static Result run(RedisInstance redis, long seed, int steps, ModelFeatures features) {
		ModelRun run = new ModelRun(redis, seed, features);
		ModelServer server = run.server;
		try {
			for (int i = 0; i < 3; i++) {
				run.start();
			}
			for (int i = 1; i <= steps; i++) {
				run.step();
				if (i % CHECK_EVERY == 0) {
					run.check("step " + i);
				}
			}
			run.end();
			return new Result(server.reached(), run.history);
		}
		finally {
			run.endWaits();
			server.close();
		}
	}

	/** Those of a run that failed must not take the messages of the next. */
	private void endWaits() {
		this.consumers.stream().map(ModelConsumer::leaveWait).filter(Objects::nonNull).forEach(this.ghosts::add);
		this.ghosts.forEach(ModelWait::end);
		this.ghosts.clear();
	}

	private void start() {
		this.consumers.add(new ModelConsumer(this.server, this.calls, this.random, this::nextId));
	}

	private String nextId() {
		return "c" + ++this.ids;
	}

	private void step() {
		int dice = this.random.nextInt(1000);
		// Whoever stores new messages, moves time or flushes scripts needs room.
		this.server.full(this.features.full() && dice >= 140);
		if (dice < 100) {
			int count = (this.random.nextInt(4) == 0) ? 5 : 1;
			for (int i = (this.features.idle() && dice > 20) ? 0 : count; i > 0; i--) {
				put();
			}
		}
		else if (dice < 135) {
			this.server.advance(minutes(1, 5, 20, 60, 100));
		}
		else if (dice < 140) {
			this.server.command("SCRIPT", "FLUSH");
		}
		else if (dice < 160) {
			redrive();
		}
		else if (dice < 165) {
			if (this.random.nextBoolean()) {
				this.server.command("HDEL", ModelServer.META, "paused");
			}
			else {
				this.server.full(false);
				this.server.command("HSET", ModelServer.META, "paused", "1");
			}
		}
		else if (dice < 168) {
			deleteConsumers();
		}
		else if (dice < 180) {
			clearing(dice);
		}
		else if (dice < 210) {
			this.calls.deliverLate();
		}
		else if (dice < 214) {
			if (!this.ghosts.isEmpty()) {
				this.ghosts.remove(0).end();
			}
		}
		else {
			stepOfConsumer();
		}
	}

	private void stepOfConsumer() {
		ModelConsumer consumer = this.consumers.get(this.random.nextInt(this.consumers.size()));
		consumer.step();
		if (consumer.isCrashed()) {
			this.consumers.remove(consumer);
			ModelWait left = consumer.leaveWait();
			if (left != null && this.random.nextBoolean()) {
				this.ghosts.add(left);
			}
			else if (left != null) {
				left.end();
			}
			start();
		}
	}

	private void put() {
		String body = "m" + ++this.payloads;
		if (this.features.equal() && this.random.nextBoolean()) {
			body = List.of("", "x", "\0\u00ff\r\n", "RQ/1\n", "RQ/9\nid:1\n\n").get(this.random.nextInt(5));
		}
		if (this.random.nextInt(20) == 0) {
			body = "large" + this.payloads + "x".repeat(100);
		}
		String id = this.features.equal() ? "id" + this.random.nextInt(5) : nextId();
		String message = (this.features.raw() || this.random.nextBoolean()) ? body : ModelMessage.framed(id, body);
		int dice = this.random.nextInt(10);
		if (dice < 6) {
			this.server.put(message);
		}
		else if (dice < 8) {
			this.server.putDelayed(message, minutes(0, 0, 30, 60));
			if (this.features.equal()) {
				this.server.putDelayed(message, minutes(0, 30));
			}
		}
		else {
			String due = this.random.nextBoolean() ? "" : "+" + minutes(0, 30);
			this.server.putUnique(message, "key" + this.random.nextInt(20), id, due);
		}
	}

	private void redrive() {
		List<Object> letters = this.server.deadIds(3);
		if (!letters.isEmpty()) {
			List<Object> arguments = this.server.redriveArguments(letters);
			this.server.redrive(arguments);
			if (this.random.nextBoolean()) {
				this.server.redrive(arguments);
			}
		}
	}

	private void deleteConsumers() {
		if (!this.features.operator()) {
			return;
		}
		List<Object> registered = ModelServer.list(this.server.command("ZRANGE", ModelServer.CONSUMERS, 0, -1));
		if (this.random.nextBoolean()) {
			this.server.command("DEL", ModelServer.CONSUMERS);
		}
		else if (!registered.isEmpty()) {
			this.server.command("ZREM", ModelServer.CONSUMERS, registered.get(this.random.nextInt(registered.size())));
		}
	}

	private void clearing(int dice) {
		if (!this.features.clearing()) {
			return;
		}
		if (dice < 169) {
			this.server.clear();
		}
		else if (dice < 176) {
			this.server.get(dice == 175);
		}
		else if (dice < 178) {
			this.server.reject(2);
		}
		else if (!this.server.deadIds(1).isEmpty()) {
			this.server.delete(this.server.deadIds(1).get(0));
		}
	}

	private void check(String where) {
		Map<String, RedisDump.Entry> dump = this.server.dump();
		this.history = 31 * this.history + dump.hashCode();
		List<String> differences = this.server.ledger.differences(dump, this.features);
		if (!differences.isEmpty()) {
			throw new AssertionError(where + ": " + differences + "\n" + dump);
		}
	}

	/**
	 * One consumer lives on, the others die; ghosts wait on for a while, and are served
	 * still.
	 */
	private void end() {
		this.server.full(false);
		this.calls.calmDown();
		check("after the late calls");
		this.server.command("HDEL", ModelServer.META, "paused");
		this.consumers.stream().map(ModelConsumer::leaveWait).filter(Objects::nonNull).forEach(this.ghosts::add);
		this.consumers.removeIf((consumer) -> !consumer.isRegistered());
		this.consumers.subList(Math.min(1, this.consumers.size()), this.consumers.size()).clear();
		start();
		for (int round = 0; round < 60 || (round < 1000 && hasBacklog()); round++) {
			this.server.advance(minutes(20));
			this.consumers.forEach(ModelConsumer::drain);
			if (round == 10 || round == 20) {
				for (int i = 0; i < 4; i++) {
					put();
				}
			}
			if (round == 30) {
				endWaits();
			}
		}
		check("the end");
		checkDrained();
	}

	private boolean hasBacklog() {
		return !Long.valueOf(0).equals(this.server.command("EXISTS", ModelServer.READY, ModelServer.DELAYED));
	}

	/**
	 * What stays: letters, totals, and of each consumer that lives no more than marks.
	 */
	private void checkDrained() {
		Map<String, RedisDump.Entry> dump = this.server.dump();
		RedisDump.Entry registered = dump.remove(ModelServer.CONSUMERS);
		Set<String> living = (registered != null) ? registered.map().keySet() : Set.of();
		List.of(ModelServer.META, ModelServer.DEAD, ModelServer.LETTERS).forEach(dump::remove);
		dump.keySet().removeIf((key) -> key.startsWith(ModelServer.SIDE + "unique:"));
		living.forEach((consumer) -> {
			dump.remove(ModelServer.begunKey(consumer));
			RedisDump.Entry taken = dump.get(ModelServer.taken(consumer));
			if (taken != null && taken.map().keySet().equals(Set.of("#"))) {
				dump.remove(ModelServer.taken(consumer));
			}
		});
		if (!dump.isEmpty() || living.size() != this.consumers.size()) {
			throw new AssertionError("the end: stranded with consumers " + living + ": " + dump);
		}
	}

	private long minutes(Integer... choice) {
		return List.of(choice).get(this.random.nextInt(choice.length)) * 60_000L;
	}

	/**
	 * What a run did.
	 *
	 * @param reached which scripts were run, with what each answered first
	 * @param history differs where Redis did at any check
	 */
	record Result(Set<String> reached, int history) {
	}

}
