package dev.redisqueue.redis.lease;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.redisqueue.redis.lease.Loan.Verb;
import dev.redisqueue.redis.link.RedisValues;
import dev.redisqueue.redis.store.LeaseStore;
import dev.redisqueue.redis.store.LeaseStore.Settled;

/**
 * Acknowledges many loans of a consumer in few calls.
 */
public final class BulkAck {

	private static final int MOST_PER_CALL = 4000;

	private static final Comparator<Loan> BY_TAG = Comparator.comparingLong(Loan::tag);

	private final LeaseStore store;

	private final Settlement settlement;

	private final LeaseLoss loss;

	/**
	 * Creates it for a queue.
	 * @param store the state changes
	 * @param settlement acknowledges those that have to be asked one by one
	 * @param loss told where a reply says that the lease was lost
	 */
	public BulkAck(LeaseStore store, Settlement settlement, LeaseLoss loss) {
		this.store = store;
		this.settlement = settlement;
		this.loss = loss;
	}

	/** Acknowledges; returns how many were ours. */
	public int ackAll(Collection<Loan> loans) {
		Map<Incarnation, List<Loan>> byIncarnation = new HashMap<>();
		loans.stream()
			.sorted(BY_TAG)
			.forEach((loan) -> addOnce(loan,
					byIncarnation.computeIfAbsent(loan.incarnation(), (owner) -> new ArrayList<>(loans.size()))));
		int ours = 0;
		for (List<Loan> group : byIncarnation.values()) {
			for (int from = 0; from < group.size(); from += MOST_PER_CALL) {
				ours += ackTogether(group.subList(from, Math.min(group.size(), from + MOST_PER_CALL)));
			}
		}
		return ours;
	}

	private static void addOnce(Loan loan, List<Loan> sorted) {
		if (sorted.isEmpty() || sorted.get(sorted.size() - 1) != loan) {
			sorted.add(loan);
		}
	}

	/** Loans are locked in the order of their tags, so that two calls never deadlock. */
	private int ackTogether(List<Loan> group) {
		List<Loan> open = new ArrayList<>(group.size());
		int begun = 0;
		try {
			for (Loan loan : group) {
				boolean undecided = loan.begin();
				begun++;
				if (undecided && loan.isUnsure()) {
					// An earlier call may have decided otherwise: it is asked by itself.
					this.settlement.ack(loan);
				}
				else if (undecided) {
					open.add(loan);
				}
			}
			if (!open.isEmpty()) {
				ackOpen(open);
			}
			int ours = 0;
			for (Loan loan : group) {
				ours += loan.outcome(Verb.ACK) ? 1 : 0;
			}
			return ours;
		}
		finally {
			group.subList(0, begun).forEach(Loan::end);
		}
	}

	private void ackOpen(List<Loan> open) {
		Incarnation owner = open.get(0).incarnation();
		if (owner.isLost()) {
			open.forEach((loan) -> loan.conclude(Verb.ACK, false, false, false));
			return;
		}
		try {
			Settled settled = this.store.ack(owner.id(), open.stream().mapToLong(Loan::tag).toArray());
			for (int i = 0; i < open.size(); i++) {
				// Of a live consumer, tags are missing together: after a lost reply, or
				// where someone deleted them all.
				boolean found = settled.live() ? settled.count() > 0 : RedisValues.number(settled.flags().get(i)) == 1;
				open.get(i).conclude(Verb.ACK, settled.live(), found, settled.repeated());
			}
			this.loss.note(owner, settled);
		}
		catch (RuntimeException | Error ex) {
			// Of those that it had decided by then, nothing is noted.
			open.forEach((loan) -> loan.noteFailure(Verb.ACK, ex));
			throw ex;
		}
	}

}
