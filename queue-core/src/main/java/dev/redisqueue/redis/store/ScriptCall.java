package dev.redisqueue.redis.store;

import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.Set;

import dev.redisqueue.redis.link.RedisLink;
import dev.redisqueue.redis.link.RedisLink.Command;
import dev.redisqueue.redis.link.RedisLink.Repeat;
import dev.redisqueue.redis.link.RedisLink.Reply;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;

/**
 * A script by its digest; as text where Redis does not know it (yet, or any more).
 */
final class ScriptCall implements Command<List<Object>> {

	/** Those that answer with a word first. */
	private static final Set<Script> WORDS = EnumSet.of(Script.TAKE, Script.TAKE_DUE, Script.FENCE);

	/** Those that answer with a number first. */
	private static final Set<Script> NUMBERS = EnumSet.of(Script.ADOPT, Script.BEGIN, Script.BURY, Script.CLEAR,
			Script.COUNT, Script.DELETE, Script.DISCARD, Script.FINISH, Script.HEARTBEAT, Script.PURGE,
			Script.PUT_BOUNDED, Script.PUT_DELAYED, Script.PUT_UNIQUE, Script.REDRIVE, Script.REGISTER, Script.RETRY,
			Script.SIZE, Script.TAKEN, Script.TRIM_LETTERS);

	private final Script script;

	private final byte[][] keys;

	private final byte[][] args;

	private final boolean text;

	ScriptCall(Script script, byte[][] keys, byte[][] args) {
		this(script, keys, args, false);
	}

	private ScriptCall(Script script, byte[][] keys, byte[][] args, boolean text) {
		this.script = script;
		this.keys = keys;
		this.args = args;
		this.text = text;
	}

	/** One that is seldom called: it is sent as text, so that Redis need not know it. */
	static ScriptCall asText(Script script, byte[][] keys, byte[]... args) {
		return new ScriptCall(script, keys, args, true);
	}

	/** Runs a script over the link. */
	static Reply<List<Object>> eval(RedisLink link, Repeat repeat, Script script, byte[][] keys, byte[]... args) {
		return link.call(repeat, new ScriptCall(script, keys, args));
	}

	@Override
	public RedisFuture<List<Object>> send(RedisClusterAsyncCommands<byte[], byte[]> commands) {
		return (this.text) ? commands.eval(this.script.source(), ScriptOutputType.MULTI, this.keys, this.args)
				: commands.evalsha(this.script.digest(), ScriptOutputType.MULTI, this.keys, this.args);
	}

	/** Sends it, and again as text where Redis does not know it. */
	CompletableFuture<List<Object>> sendKnown(RedisClusterAsyncCommands<byte[], byte[]> commands) {
		return send(commands).toCompletableFuture().exceptionallyCompose((failure) -> {
			Command<List<Object>> inFull = inFull(failure);
			return (inFull != null) ? inFull.send(commands).toCompletableFuture()
					: CompletableFuture.failedFuture(failure);
		});
	}

	@Override
	public boolean fits(List<Object> reply) {
		Object first = reply.isEmpty() ? null : reply.get(0);
		return WORDS.contains(this.script) ? first instanceof byte[]
				: !NUMBERS.contains(this.script) || first instanceof Long;
	}

	@Override
	public String toString() {
		return "the script " + this.script;
	}

	@Override
	public @Nullable Command<List<Object>> inFull(Throwable refusal) {
		return (refusal instanceof RedisNoScriptException) ? new ScriptCall(this.script, this.keys, this.args, true)
				: null;
	}

}
