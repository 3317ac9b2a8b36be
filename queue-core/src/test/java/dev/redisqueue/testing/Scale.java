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

	/**
	 * What a test has measured, for its assertions; said on the console where the size is
	 * full, as only then the figures say much.
	 */
	public static String measured(String format, Object... figures) {
		String line = format.formatted(figures);
		if (FULL) {
			System.out.println(line);
		}
		return line;
	}

}
