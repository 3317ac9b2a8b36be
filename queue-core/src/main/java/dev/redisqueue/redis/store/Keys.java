package dev.redisqueue.redis.store;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The names of a queue's keys, all of them in one place. The list is named after the
 * queue alone, so that any client can push to it; the side keys carry that name in
 * braces, so that Cluster hashes all of them to the slot of the list.
 */
public final class Keys {

	/** What this code writes and reads; a newer one in Redis is left alone. */
	public static final int LAYOUT = 1;

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,128}");

	private final String side;

	/** LIST: ready messages; the head is next. */
	public final byte[] ready;

	/** LIST: what a blocking wait moved out of {@link #ready}; taken before it. */
	public final byte[] arrived;

	/** ZSET: kind, sequence and message, by due time (ms). */
	final byte[] delayed;

	/** ZSET: consumers by the deadline of their lease (ms); negative: being recovered. */
	final byte[] consumers;

	/** ZSET: ids of dead letters by time of death (ms). */
	final byte[] dead;

	/** HASH: dead letters by id. */
	final byte[] letters;

	/** HASH: paused, sequence, layout, lease, totals. */
	final byte[] meta;

	public Keys(String namespace, String name) {
		if (!NAME.matcher(name).matches()) {
			throw new IllegalArgumentException("'" + name
					+ "' is no queue name: use 1 to 128 letters, digits, dots, dashes and underscores (no braces)");
		}
		String list = namespace + ":" + name;
		this.side = "{" + list + "}:";
		this.ready = bytes(list);
		this.arrived = bytes(this.side + "arrived");
		this.delayed = bytes(this.side + "delayed");
		this.consumers = bytes(this.side + "consumers");
		this.dead = bytes(this.side + "dead");
		this.letters = bytes(this.side + "letters");
		this.meta = bytes(this.side + "meta");
	}

	/** HASH: tag to message, what this consumer has borrowed; '#' is the highest tag. */
	byte[] taken(String consumer) {
		return bytes(this.side + "taken:" + consumer);
	}

	/** SET: tags of recovered messages whose handler began. */
	byte[] begun(String consumer) {
		return bytes(this.side + "begun:" + consumer);
	}

	/** STRING: id of the message that reserved this key. */
	byte[] unique(String key) {
		return bytes(this.side + "unique:" + key);
	}

	/** What precedes the consumer in the names of the taken hashes. */
	public String takenPrefix() {
		return this.side + "taken:";
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
