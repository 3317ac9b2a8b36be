package dev.redisqueue.redis.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;

import dev.redisqueue.redis.store.ModelCalls.Outcome;

/**
 * A simulated consumer: it keeps the client's part of the protocol.
 */
final class ModelConsumer {

	/** The last attempt; small, so that letters are written. */
	static final int MAX_ATTEMPTS = 4;

	private final ModelServer server;

	private final ModelCalls calls;

	private final Random random;

	private final Supplier<String> ids;

	private String id;

	private long nextTag = 1;

	private final TreeMap<Long, String> known = new TreeMap<>();

	/** Takes whose reply was not seen. */
	private final Deque<Take> unseen = new ArrayDeque<>();

	/** A settling call whose reply was not seen, to be repeated as it was. */
	private Supplier<Boolean> repeat;

	private boolean registered;

	private boolean crashed;

	private String expired;

	private ModelRecovery recovery;

	private ModelWait wait;

	private boolean wantsToWait;

	private long waitUntil;

	private long stoppedUntil;

	ModelConsumer(ModelServer server, ModelCalls calls, Random random, Supplier<String> ids) {
		this.server = server;
		this.calls = calls;
		this.random = random;
		this.ids = ids;
		this.id = ids.get();
		adoptOrphans();
	}

	boolean isCrashed() {
		return this.crashed;
	}

	boolean isRegistered() {
		return this.registered;
	}

	/** Does what comes next. */
	void step() {
		int dice = this.random.nextInt(1000);
		if (this.server.now() < this.stoppedUntil) {
			return;
		}
		if (dice < 15) {
			this.stoppedUntil = this.server.now() + hours(1, 2, 3);
		}
		else if (dice < 20) {
			this.crashed = true;
		}
		else if (this.recovery != null) {
			this.recovery = this.recovery.step() ? this.recovery : null;
		}
		else if (this.wantsToWait) {
			this.wantsToWait = false;
			this.wait = this.server.await(this.id);
			this.waitUntil = this.server.now() + ModelServer.LEASE / 3;
		}
		else if (this.wait != null) {
			stepOfWait(dice);
		}
		else if (!this.registered) {
			register();
		}
		else if (this.expired != null && dice < 400) {
			this.recovery = new ModelRecovery(this.server, this.ids, this.expired, false);
			this.expired = null;
		}
		else if (this.unseen.size() > 0 && dice < 400 || dice < 550) {
			take();
		}
		else if (dice < 900) {
			settle();
		}
		else {
			heartbeat();
		}
	}

	private void stepOfWait(int dice) {
		if (this.server.now() > this.waitUntil || dice < 300) {
			this.wait.end();
			this.wait = null;
		}
		else if (this.registered && dice > 500) {
			heartbeat();
		}
	}

	private void register() {
		String registering = this.id;
		Outcome<Long> outcome = call(() -> this.server.register(registering));
		if (outcome.known() && outcome.reply() == 1) {
			this.registered = true;
		}
		else if (!this.crashed) {
			// An id whose registration is unknown is never used: a late copy of it could
			// bring a consumer back to life that was recovered long ago.
			reincarnate();
		}
	}

	private void reincarnate() {
		adoptOrphans();
		if (this.registered) {
			this.recovery = new ModelRecovery(this.server, this.ids, this.id, true);
		}
		this.id = this.ids.get();
		this.nextTag = 1;
		this.known.clear();
		this.unseen.clear();
		this.repeat = null;
		this.registered = false;
	}

	private void adoptOrphans() {
		if (this.server.features.has(Mend.ORPHAN_SCAN) && this.server.features.has(Mend.RECOVERY_MARK)) {
			this.server.adoptOrphans();
		}
	}

	private void take() {
		// Mostly the repeat comes first; sometimes another thread is faster.
		boolean again = !this.unseen.isEmpty() && (this.unseen.size() > 2 || this.random.nextInt(10) < 8);
		Take take = again ? this.unseen.poll() : nextTake();
		boolean fromDue = !again && this.server.features.raw() && this.random.nextInt(3) == 0;
		String taker = this.id;
		Outcome<List<Object>> outcome = call(() -> fromDue ? this.server.takeDue(taker, take.first(), take.most())
				: this.server.take(taker, take.first(), take.most()));
		if (!outcome.known()) {
			this.unseen.add(take);
			return;
		}
		switch ((String) outcome.reply().get(0)) {
			case "LOST" -> reincarnate();
			case "OK" -> taken(take, outcome.reply(), fromDue);
			default -> {
				// Stale or paused: nothing was taken, and the tags are not used again.
			}
		}
	}

	private Take nextTake() {
		int most = List.of(1, 2, 5, 20).get(this.random.nextInt(4));
		Take take = new Take(this.nextTag, most);
		this.nextTag += most;
		return take;
	}

	private void taken(Take take, List<Object> reply, boolean fromDue) {
		List<Object> messages = ModelServer.list(reply.get(1));
		for (int i = 0; i < messages.size(); i++) {
			this.known.put(take.first() + i, ModelMessage.received(messages.get(i)));
		}
		if (reply.get(3) != null && !reply.get(3).equals(this.id)) {
			this.expired = (String) reply.get(3);
		}
		if (messages.isEmpty() && !fromDue && this.wait == null && this.random.nextInt(10) < 8) {
			this.wantsToWait = true;
		}
	}

	private void settle() {
		if (this.repeat != null) {
			Supplier<Boolean> again = this.repeat;
			this.repeat = null;
			call(again);
			return;
		}
		if (this.known.isEmpty()) {
			return;
		}
		List<Long> tags = new ArrayList<>(this.known.keySet());
		Collections.shuffle(tags, this.random);
		tags = tags.subList(0, Math.min(tags.size(), List.of(1, 1, 3, 10).get(this.random.nextInt(4))));
		tags = tags.stream().sorted().toList();
		if (this.random.nextInt(3) == 0) {
			begin(tags);
		}
		Supplier<Boolean> verb = verb(tags);
		Outcome<Boolean> outcome = call(verb);
		if (outcome.known() || this.random.nextInt(5) == 0) {
			tags.forEach(this.known::remove);
		}
		else if (this.random.nextBoolean()) {
			this.repeat = verb;
			tags.forEach(this.known::remove);
		}
		if (outcome.known() && !outcome.reply()) {
			reincarnate();
		}
	}

	private void begin(List<Long> tags) {
		String beginner = this.id;
		for (long tag : tags) {
			if (ModelMessage.read(this.known.get(tag)).isSuspect()) {
				call(() -> {
					this.server.begin(beginner, tag);
					return true;
				});
			}
		}
	}

	private Supplier<Boolean> verb(List<Long> tags) {
		String settler = this.id;
		long tag = tags.get(0);
		String stored = this.known.get(tag);
		ModelMessage message = ModelMessage.read(stored);
		int dice = this.random.nextInt(6);
		if (stored.equals(ModelMessage.TOO_LARGE) || dice == 5) {
			String letter = message.id(settler + "-" + tag);
			return () -> this.server.bury(settler, tag, letter);
		}
		if (dice == 3) {
			return giveBack(settler, new TreeMap<>(this.known), tags);
		}
		if (dice == 4) {
			String again = message.again(this.ids.get(), message.attempt() + 1, false);
			long delay = hours(0, 0, 1, 2) / 2;
			return () -> this.server.retry(settler, tag, again, delay, "retried");
		}
		return () -> this.server.ack(settler, tags);
	}

	/**
	 * To the head, but for frames of a raw queue, and what may be one: those stay out of
	 * its list.
	 */
	private Supplier<Boolean> giveBack(String holder, Map<Long, String> messages, List<Long> tags) {
		if (this.server.features.raw()) {
			long framed = tags.stream().filter((tag) -> mayBeFramed(messages.get(tag))).findFirst().orElse(0L);
			if (framed > 0) {
				return () -> this.server.retry(holder, framed, "", 0, "");
			}
		}
		Map<Long, String> returned = new TreeMap<>();
		tags.forEach((tag) -> returned.put(tag, ""));
		return () -> this.server.release(holder, "", returned);
	}

	private static boolean mayBeFramed(String message) {
		return message.equals(ModelMessage.TOO_LARGE) || ModelMessage.read(message).isFramed();
	}

	private void heartbeat() {
		String beating = this.id;
		Outcome<Long> outcome = call(() -> this.server.heartbeat(beating));
		if (!outcome.known()) {
			return;
		}
		if (outcome.reply() < 0) {
			reincarnate();
			return;
		}
		if (outcome.reply() != this.known.size() && this.unseen.isEmpty()
				&& this.server.features.has(Mend.RECONCILIATION)) {
			reconcile();
		}
		String found = this.server.tick(this.id);
		if (found != null && !found.equals(this.id)) {
			this.expired = found;
		}
		if (this.random.nextBoolean()) {
			this.server.promote();
		}
	}

	/** What Redis holds for us without our knowing goes back. */
	private void reconcile() {
		List<Long> unknown = this.server.tags(this.id).stream().filter((tag) -> !this.known.containsKey(tag)).toList();
		if (!unknown.isEmpty()) {
			List<Object> held = this.server.held(this.id, unknown);
			Map<Long, String> messages = new TreeMap<>();
			for (int i = 0; i < held.size(); i++) {
				messages.put(unknown.get(i), ModelMessage.received(held.get(i)));
			}
			giveBack(this.id, messages, new ArrayList<>(messages.keySet())).get();
		}
	}

	private <R> Outcome<R> call(Supplier<R> call) {
		Outcome<R> outcome = this.calls.call(call);
		this.crashed |= outcome.crashed();
		return outcome;
	}

	private long hours(Integer... choice) {
		return List.of(choice).get(this.random.nextInt(choice.length)) * 3_600_000L;
	}

	/** The wait that a dead process leaves behind, or {@code null}. */
	ModelWait leaveWait() {
		ModelWait left = this.wait;
		this.wait = null;
		this.wantsToWait = false;
		return left;
	}

	/** The end of the run: takes, settles, renews and recovers, without any trouble. */
	void drain() {
		this.stoppedUntil = 0;
		while (this.recovery != null) {
			this.recovery = this.recovery.step() ? this.recovery : null;
		}
		if (!this.registered) {
			register();
			return;
		}
		heartbeat();
		if (this.expired != null) {
			this.recovery = new ModelRecovery(this.server, this.ids, this.expired, false);
			this.expired = null;
		}
		for (int i = 0; i < 4 && this.registered; i++) {
			take();
			this.wantsToWait = false;
			if (!this.known.isEmpty() && !this.server.ack(this.id, List.copyOf(this.known.keySet()))) {
				reincarnate();
			}
			this.known.clear();
		}
	}

	/**
	 * One take.
	 *
	 * @param first its first tag
	 * @param most how many messages it asks for
	 */
	private record Take(long first, int most) {
	}

}
