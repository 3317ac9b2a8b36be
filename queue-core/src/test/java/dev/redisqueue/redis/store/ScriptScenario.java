package dev.redisqueue.redis.store;

import java.util.List;
import java.util.function.Consumer;

/**
 * A state of a queue and a call of a script that changes it: what the faults of
 * {@link ScriptFaultsIntegrationTests} strike. Every command of every script is reached
 * by one of them.
 */
enum ScriptScenario {

	ACK(Script.ACK, "taken:alice consumers meta", "alice", 4, 5, 9),

	ACK_LOST(Script.ACK, "taken:carol consumers meta", "carol", 1, 9),

	ADOPT((queue) -> queue.zset("consumers", 1, "x").delete("consumers"), Script.ADOPT, "consumers taken:alice",
			"alice"),

	BEGIN(Script.BEGIN, "taken:alice begun:alice", 4),

	BURY(Script.BURY, "taken:alice dead letters consumers meta", "alice", 4, "new", "head\n"),

	BURY_EQUAL_ID(Script.BURY, "taken:alice dead letters consumers meta", "alice", 4, "d1", "head\n"),

	BURY_EXPIRED(Script.BURY, "taken:alice dead letters consumers meta", "alice", 4, "new", "head\n", "expired"),

	CLEAR(Script.CLEAR, "ready arrived delayed"),

	COUNT(Script.COUNT, "meta", "expired"),

	DELETE(Script.DELETE, "dead letters", "d1"),

	DEPOSIT(Script.DEPOSIT, "dead letters meta", "new", "head\nmessage"),

	DEPOSIT_EQUAL_ID(Script.DEPOSIT, "dead letters meta", "d1", "head\nmessage"),

	DEPOSIT_EXPIRED(Script.DEPOSIT, "dead letters meta", "new", "head\nmessage", "expired"),

	DISCARD(Script.DISCARD, "taken:alice consumers meta", "alice", 4, "expired"),

	FENCE(Script.FENCE, "consumers", "bob", 60_000, 0),

	FINISH((queue) -> queue.delete("taken:carol").hash("taken:carol", "#", "2"), Script.FINISH,
			"taken:carol begun:carol consumers", "carol"),

	GET(Script.GET, "ready arrived delayed meta", 100),

	GET_READY((queue) -> queue.delete("arrived"), Script.GET, "ready arrived delayed meta", 100),

	GET_DUE((queue) -> queue.delete("arrived").delete("ready").zset("delayed", 1, "t000000000000004due"), Script.GET,
			"ready arrived delayed meta", 100),

	GET_LARGE((queue) -> queue.delete("arrived").delete("ready").hash("meta", "largest", "1000000"), Script.GET,
			"ready arrived delayed meta", 100),

	HEARTBEAT(Script.HEARTBEAT, "consumers taken:alice", "alice", 60_000),

	HELD(Script.HELD, "taken:alice", 100, 100, 4, 5),

	LETTERS(Script.LETTERS, "dead letters", 100, 100, "d1", "d2"),

	MARK(Script.MARK, "meta", 1_000_000),

	PEEK(Script.PEEK, "ready arrived", 100),

	PEEK_READY((queue) -> queue.delete("arrived"), Script.PEEK, "ready arrived", 100),

	PROMOTE(Script.PROMOTE, "delayed ready meta", "kt", 1000),

	PROMOTE_LARGE((queue) -> queue.hash("meta", "largest", "1000000"), Script.PROMOTE, "delayed ready meta", "kt",
			1000),

	PURGE(Script.PURGE, "dead letters"),

	PUT_BOUNDED(Script.PUT_BOUNDED, "ready", 4, "one", "two"),

	PUT_DELAYED(Script.PUT_DELAYED, "delayed meta", "message", "+60000"),

	PUT_UNIQUE(Script.PUT_UNIQUE, "unique:key ready delayed meta", "message", "id", 60_000, ""),

	PUT_UNIQUE_DELAYED(Script.PUT_UNIQUE, "unique:key ready delayed meta", "message", "id", 60_000, "+60000"),

	PUT_UNIQUE_BOUNDED(Script.PUT_UNIQUE, "unique:key ready delayed meta", "message", "id", 60_000, "", 3),

	REDRIVE(Script.REDRIVE, "dead letters ready", "d1", 1000, 8, 0, "", "d2", 2000, 8, 2, "head", "gone", 1, 0, 0, ""),

	REGISTER(Script.REGISTER, "consumers taken:new meta", "new", 60_000, 1),

	REJECT(Script.REJECT, "ready arrived delayed dead letters meta", 1, "new", "head\n"),

	REJECT_READY((queue) -> queue.delete("arrived"), Script.REJECT, "ready arrived delayed dead letters meta", 1, "d1",
			"head\n"),

	REJECT_DUE((queue) -> queue.delete("arrived").delete("ready").zset("delayed", 1, "t000000000000004due"),
			Script.REJECT, "ready arrived delayed dead letters meta", 1, "d1", "head\n"),

	RELEASE(Script.RELEASE, "taken:alice ready consumers meta", "alice", "", 4, "", 5, "", 9, ""),

	RELEASE_RECOVERED(Script.RELEASE, "taken:carol ready consumers meta", "carol", "recovered", 1, "again", 2, ""),

	RETRY(Script.RETRY, "taken:alice delayed consumers meta", "alice", 4, "k", "again", 60_000, "retried"),

	SIZE(Script.SIZE, "ready arrived"),

	TAKE(Script.TAKE, "ready arrived delayed consumers taken:alice meta", "alice", 6, 3, 100, 1000),

	TAKE_READY((queue) -> queue.delete("arrived"), Script.TAKE, "ready arrived delayed consumers taken:alice meta",
			"alice", 6, 3, 100, 1000),

	TAKE_AGAIN(Script.TAKE, "ready arrived delayed consumers taken:alice meta", "alice", 4, 3, 100, 1000),

	TAKE_PAUSED((queue) -> queue.hash("meta", "paused", "1"), Script.TAKE,
			"ready arrived delayed consumers taken:alice meta", "alice", 6, 3, 100, 1000),

	TAKE_NOTHING((queue) -> queue.delete("arrived").delete("ready"), Script.TAKE,
			"ready arrived delayed consumers taken:alice meta", "alice", 6, 3, 100, 1000),

	TAKE_LARGE((queue) -> queue.hash("meta", "largest", "1000000"), Script.TAKE,
			"ready arrived delayed consumers taken:alice meta", "alice", 6, 3, 100, 1000),

	TAKE_DUE_LARGE((queue) -> queue.hash("meta", "largest", "1000000"), Script.TAKE_DUE,
			"delayed consumers taken:alice meta", "alice", 6, 3, 100, 1000),

	TICK_LARGE((queue) -> queue.hash("meta", "largest", "1000000"), Script.TICK, "ready arrived delayed consumers meta",
			60_000, 1),

	TAKE_DUE(Script.TAKE_DUE, "delayed consumers taken:alice meta", "alice", 6, 3, 100, 1000),

	TAKEN(Script.TAKEN, "taken:alice taken:carol"),

	TICK((queue) -> queue.zset("consumers", "now+1000000m", "far", "-now-1000000m", "further"), Script.TICK,
			"ready arrived delayed consumers meta", 60_000, 1),

	TRIM_LETTERS(Script.TRIM_LETTERS, "dead letters meta", 1, 60_000, 200, 1000);

	final Script script;

	final List<String> keys;

	private final Consumer<QueueState> change;

	private final Object[] args;

	ScriptScenario(Script script, String keys, Object... args) {
		this((queue) -> {
		}, script, keys, args);
	}

	ScriptScenario(Consumer<QueueState> change, Script script, String keys, Object... args) {
		this.change = change;
		this.script = script;
		this.keys = List.of(keys.split(" "));
		this.args = args;
	}

	/** Alice is live, Bob has expired, Carol is being recovered. */
	void seed(QueueState queue) {
		queue.list("ready", "r1", "r2")
			.list("arrived", "a1", "a2")
			.zset("delayed", 1000, "k000000000000001due", 1000, "t000000000000002due", "now+60m",
					"k000000000000003later")
			.zset("consumers", "now+60m", "alice", 1000, "bob", "-now-1m", "carol")
			.hash("taken:alice", "#", "5", "4", "four", "5", "five")
			.hash("taken:carol", "#", "2", "1", "one", "2", "two")
			.set("begun:alice", "5")
			.set("begun:carol", "2")
			.zset("dead", 1000, "d1", 2000, "d2")
			.hash("letters", "d1", "letter 1", "d2", "letter 2")
			.hash("meta", "acked", "7", "sequence", "3", "layout", "1", "lease", "3600000");
		this.change.accept(queue);
	}

	/** The words of {@code EVAL}. */
	Object[] evaluation(QueueState queue, byte[] source) {
		Object[] words = new Object[3 + this.keys.size() + this.args.length];
		words[0] = "EVAL";
		words[1] = source;
		words[2] = this.keys.size();
		for (int i = 0; i < this.keys.size(); i++) {
			words[3 + i] = queue.key(this.keys.get(i));
		}
		System.arraycopy(this.args, 0, words, 3 + this.keys.size(), this.args.length);
		return words;
	}

}
