package dev.redisqueue.redis.store;

/** The digest of a script, for tests of other packages that trap its calls. */
public final class ScriptDigest {

	private ScriptDigest() {
	}

	/** Of the script with that name, in upper case. */
	public static String of(String script) {
		return Script.valueOf(script).digest();
	}

}
