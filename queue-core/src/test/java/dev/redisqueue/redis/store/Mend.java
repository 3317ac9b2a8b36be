package dev.redisqueue.redis.store;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What the protocol needs to lose nothing, each to be taken away by a negative control: a
 * model test that passes without them would prove nothing.
 */
enum Mend {

	/** A late copy of a take is refused by the highest tag that was ever handed out. */
	HIGHEST_TAG(Map.of(Script.TAKE, List.of("if held[1] and first <= tonumber(held[1]) then", "if false then"),
			Script.TAKE_DUE, List.of("if highest and first <= tonumber(highest) then", "if false then"))),

	/** A consumer under recovery keeps its entry, as a mark. */
	RECOVERY_MARK(Map.of(Script.FENCE,
			List.of("redis.call('ZADD', KEYS[1], 'XX', -(time + lock), ARGV[1])",
					"redis.call('ZREM', KEYS[1], ARGV[1])"))),

	/** Waits of all consumers move to one list. Without: one list each. */
	SHARED_ARRIVED(Map.of()),

	/** A consumer gives back what Redis holds for it without its knowing. */
	RECONCILIATION(Map.of()),

	/** Taken messages whose consumer has no entry are looked for. */
	ORPHAN_SCAN(Map.of()),

	/** Equal messages are delayed apart. */
	MEMBER_PREFIX(Map.of(Script.PUT_DELAYED, Apart.TAKEN_AWAY, Script.RETRY, Apart.TAKEN_AWAY)),

	/** Letters of equal ids are kept apart. */
	LETTER_SUFFIX(Map.of(Script.BURY, List.of("redis.call('HEXISTS', letters, free) == 1", "false")));

	private final Map<Script, List<String>> replacements;

	/**
	 * Creates a mend.
	 * @param replacements what to replace in scripts, and by what, to take it away; where
	 * there is nothing, the simulated consumer leaves its part out
	 */
	Mend(Map<Script, List<String>> replacements) {
		this.replacements = replacements;
	}

	/** The source of a script without this mend. */
	static String source(Script script, Mend missing) {
		String source = new String(script.source(), StandardCharsets.ISO_8859_1);
		List<String> texts = (missing != null) ? missing.replacements.getOrDefault(script, List.of()) : List.of();
		for (int i = 0; i < texts.size(); i += 2) {
			if (!source.contains(texts.get(i))) {
				throw new IllegalStateException(script + " has no '" + texts.get(i) + "' to take away");
			}
			source = source.replace(texts.get(i), texts.get(i + 1));
		}
		return source;
	}

	/** Of what is in an include. */
	private static final class Apart {

		static final List<String> TAKEN_AWAY = List.of("string.format('%015x', sequence)", "'000000000000000'",
				"'NX', due, member) == 1", "due, member)");

	}

}
