package dev.redisqueue.redis;

/**
 * Sizes of tests that take long: small in every build, in full with
 * {@code -Dfaults.full=true}.
 */
final class Scale {

	private static final boolean FULL = Boolean.getBoolean("faults.full");

	private Scale() {
	}

	static int of(int everyBuild, int full) {
		return FULL ? full : everyBuild;
	}

}
