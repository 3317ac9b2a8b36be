package dev.redisqueue.testing;

/**
 * Sizes of tests that take long: small in every build, in full with
 * {@code -Dfaults.full=true}.
 */
public final class Scale {

	private static final boolean FULL = Boolean.getBoolean("faults.full");

	private Scale() {
	}

	public static int of(int everyBuild, int full) {
		return FULL ? full : everyBuild;
	}

}
