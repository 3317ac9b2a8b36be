package dev.redisqueue.redis.store;

/**
 * What happens in a run of the model test beside puts, takes, settling and crashes.
 *
 * @param raw whether the queue is raw: no frame may enter its list
 * @param equal whether payloads and ids are often equal
 * @param clearing whether somebody clears, gets, rejects and deletes letters
 * @param full whether Redis is full but for puts
 * @param operator whether somebody deletes consumers by hand
 * @param idle whether consumers mostly wait
 * @param missing the mend that is taken away, or {@code null}
 */
record ModelFeatures(boolean raw, boolean equal, boolean clearing, boolean full, boolean operator, boolean idle,
		Mend missing) {

	/**
	 * Seeds take turns: framed or raw, everything or the bare protocol, busy or idle.
	 */
	static ModelFeatures of(long seed) {
		boolean all = seed % 4 < 2;
		return new ModelFeatures(seed % 2 == 1, all, all, all, all, seed % 8 >= 4, null);
	}

	/** For a negative control. */
	static ModelFeatures without(Mend mend, long seed) {
		boolean equal = mend == Mend.MEMBER_PREFIX || mend == Mend.LETTER_SUFFIX;
		return new ModelFeatures(seed % 2 == 1 && !equal, equal, false, false, mend == Mend.ORPHAN_SCAN,
				mend == Mend.SHARED_ARRIVED, mend);
	}

	boolean has(Mend mend) {
		return this.missing != mend;
	}

}
