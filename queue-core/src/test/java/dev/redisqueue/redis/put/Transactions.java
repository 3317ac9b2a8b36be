package dev.redisqueue.redis.put;

import org.springframework.transaction.SavepointManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

/** Spring transactions of nothing, for one thread. */
public final class Transactions extends AbstractPlatformTransactionManager {

	private static final long serialVersionUID = 1L;

	/** How many were committed. */
	int committed;

	/** Whether commits end with nobody knowing. */
	boolean failing;

	private boolean active;

	public Transactions() {
		setNestedTransactionAllowed(true);
	}

	@Override
	protected Object doGetTransaction() {
		return new Savepoints();
	}

	@Override
	protected boolean isExistingTransaction(Object transaction) {
		return this.active;
	}

	@Override
	protected void doBegin(Object transaction, TransactionDefinition definition) {
		this.active = true;
	}

	@Override
	protected Object doSuspend(Object transaction) {
		this.active = false;
		return "suspended";
	}

	@Override
	protected void doResume(Object transaction, Object suspended) {
		this.active = true;
	}

	@Override
	protected void doCommit(DefaultTransactionStatus status) {
		if (this.failing) {
			throw new TransactionSystemException("the reply was lost");
		}
		this.committed++;
	}

	@Override
	protected void doRollback(DefaultTransactionStatus status) {
	}

	@Override
	protected void doCleanupAfterCompletion(Object transaction) {
		this.active = false;
	}

	private static final class Savepoints implements SavepointManager {

		@Override
		public Object createSavepoint() {
			return new Object();
		}

		@Override
		public void rollbackToSavepoint(Object savepoint) {
		}

		@Override
		public void releaseSavepoint(Object savepoint) {
		}

	}

}
