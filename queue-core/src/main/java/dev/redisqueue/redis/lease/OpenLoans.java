package dev.redisqueue.redis.lease;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

import org.jspecify.annotations.Nullable;

/**
 * What one take brought and is still on loan. It is found by take instead of by message,
 * so that a message costs no entry in a map.
 */
final class OpenLoans {

	private final AtomicReferenceArray<@Nullable Loan> loans;

	private final AtomicInteger size;

	OpenLoans(int size) {
		this.loans = new AtomicReferenceArray<>(size);
		this.size = new AtomicInteger(size);
	}

	/** Before it is shared. */
	void set(int index, Loan loan) {
		this.loans.setPlain(index, loan);
	}

	/** Those still on loan, in order. */
	List<Loan> loans() {
		List<Loan> left = new ArrayList<>(this.size.get());
		for (int i = 0; i < this.loans.length(); i++) {
			Loan loan = this.loans.get(i);
			if (loan != null) {
				left.add(loan);
			}
		}
		return left;
	}

	/** How many are still on loan. */
	int size() {
		return this.size.get();
	}

	/**
	 * The loan is over. Of two calls one counts.
	 * @return whether it was the last
	 */
	boolean remove(Loan loan) {
		return this.loans.compareAndSet(loan.index(), loan, null) && this.size.decrementAndGet() == 0;
	}

}
