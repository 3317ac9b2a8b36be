package dev.redisqueue.redis.store;

import java.util.List;

import dev.redisqueue.redis.link.RedisLink.Command;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

/**
 * A script by its digest; as text where Redis does not know it (yet, or any more).
 */
public final class ScriptCall implements Command<List<Object>> {

	private final Script script;

	private final byte[][] keys;

	private final byte[][] args;

	private final boolean text;

	public ScriptCall(Script script, byte[][] keys, byte[][] args) {
		this(script, keys, args, false);
	}

	private ScriptCall(Script script, byte[][] keys, byte[][] args, boolean text) {
		this.script = script;
		this.keys = keys;
		this.args = args;
		this.text = text;
	}

	public ScriptCall withText() {
		return new ScriptCall(this.script, this.keys, this.args, true);
	}

	@Override
	public RedisFuture<List<Object>> send(RedisClusterAsyncCommands<byte[], byte[]> commands) {
		return (this.text) ? commands.eval(this.script.source(), ScriptOutputType.MULTI, this.keys, this.args)
				: commands.evalsha(this.script.digest(), ScriptOutputType.MULTI, this.keys, this.args);
	}

}
