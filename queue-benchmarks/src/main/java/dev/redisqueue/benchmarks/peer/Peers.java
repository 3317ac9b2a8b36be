package dev.redisqueue.benchmarks.peer;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import dev.redisqueue.QueueOptions;
import io.lettuce.core.RedisURI;

/**
 * All peers by their ids. Ours is not among them: it takes part in every case.
 */
public final class Peers {

	private static final Map<String, Function<RedisURI, Peer>> IN_THIS_PROCESS = new LinkedHashMap<>();

	private static final Map<String, Function<RedisURI, Peer>> IN_THEIR_OWN = new LinkedHashMap<>();

	static {
		IN_THIS_PROCESS.put("lettuce", LettucePeer::new);
		IN_THIS_PROCESS.put("template", RedisTemplatePeer::new);
		IN_THIS_PROCESS.put("redisson", RedissonPeer::new);
		IN_THIS_PROCESS.put("integration", IntegrationPeer::new);
		IN_THIS_PROCESS.put("streams", StreamsPeer::new);
		IN_THIS_PROCESS.put("spring-streams", SpringStreamsPeer::new);
		IN_THEIR_OWN.put("rqueue", RqueuePeer::new);
		IN_THEIR_OWN.put("bullmq", BullMqPeer::new);
		IN_THEIR_OWN.put("python", PythonPeer::new);
	}

	private Peers() {
	}

	/**
	 * This project.
	 * @param redis the server
	 * @return a peer with the default options
	 */
	public static RedisQueuePeer ours(RedisURI redis) {
		return new RedisQueuePeer(redis, QueueOptions.defaults());
	}

	/**
	 * Those that need nothing but this process.
	 * @return their ids
	 */
	public static Set<String> inThisProcess() {
		return IN_THIS_PROCESS.keySet();
	}

	/**
	 * Those that run in a process of their own, and have to be asked for.
	 * @return their ids
	 */
	public static Set<String> inTheirOwn() {
		return IN_THEIR_OWN.keySet();
	}

	/**
	 * Opens peers. One that runs in a process of its own and cannot be started is left
	 * out, which is said.
	 * @param ids their ids
	 * @param redis the server
	 * @return the peers, to be closed
	 */
	public static List<Peer> open(Set<String> ids, RedisURI redis) {
		List<Peer> opened = new ArrayList<>();
		IN_THIS_PROCESS.forEach((id, peer) -> {
			if (ids.contains(id)) {
				opened.add(peer.apply(redis));
			}
		});
		IN_THEIR_OWN.forEach((id, peer) -> {
			if (ids.contains(id)) {
				try {
					opened.add(peer.apply(redis));
				}
				catch (IllegalStateException | UncheckedIOException ex) {
					System.err.println("Left out: " + id + ", " + ex.getMessage());
				}
			}
		});
		return opened;
	}

}
