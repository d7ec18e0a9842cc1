package io.policyengine.worker;

import io.policyengine.core.chain.run.BoundEntry;
import io.policyengine.core.error.Faults;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.worker.environment.WorkerEnvironment;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A chain whose policies were created with the parameters of its entries. The policies are closed when the chain is
 * released and its last use has ended. Calls, body streams, and entries that await the end of an exchange use a chain.
 * Thread-safe.
 *
 * <p>A chain that is not callable has no entries. It is kept so that preparing it again gives the same result.
 */
public final class BoundChain {
    private static final Logger LOG = LoggerFactory.getLogger(BoundChain.class);

    private final ChainSpec spec;
    private final PreparedChain prepared;
    private final List<BoundEntry> entries;
    private final Map<Integer, WorkerEnvironment> environments;
    private final BitSet wantsEnd;

    private final ChainUse use;

    /**
     * Creates a chain that stays in use until it is released.
     *
     * @param environments environments by index of their entries; skipped entries have none
     * @param wantsEnd indices of the entries that are notified of the end of exchanges
     */
    BoundChain(
            ChainSpec spec,
            PreparedChain prepared,
            List<BoundEntry> entries,
            Map<Integer, WorkerEnvironment> environments,
            ChainUse use,
            BitSet wantsEnd) {
        this.spec = spec;
        this.prepared = prepared;
        this.entries = List.copyOf(entries);
        this.environments = Map.copyOf(environments);
        this.wantsEnd = wantsEnd;
        this.use = use;
        use.onUnused(this::close);
    }

    ChainSpec spec() {
        return spec;
    }

    public PreparedChain prepared() {
        return prepared;
    }

    public boolean isCallable() {
        return entries.size() == spec.entries().size();
    }

    List<BoundEntry> entries() {
        return entries;
    }

    /**
     * Passes the name of each unhealthy policy to the consumer, with the reason that the policy or its environment
     * gives.
     */
    void tellUnwell(BiConsumer<String, String> unwell) {
        for (BoundEntry entry : entries) {
            tell(entry.policyName(), healthOf(entry.policy()), unwell);
        }
        for (WorkerEnvironment environment : environments.values()) {
            tell(environment.policy(), environment.failure(), unwell);
        }
    }

    private static void tell(String policy, @Nullable String because, BiConsumer<String, String> unwell) {
        if (because != null) {
            unwell.accept(policy, because);
        }
    }

    private static @Nullable String healthOf(Policy policy) {
        try {
            return policy.unhealthyBecause();
        } catch (Throwable fault) {
            Faults.rethrowFatal(fault);
            return "its health check failed with " + fault.getClass().getName();
        }
    }

    boolean wantsEnd() {
        return !wantsEnd.isEmpty();
    }

    boolean wantsEnd(int index) {
        return wantsEnd.get(index);
    }

    /** Notifies an entry of the end of an exchange, and ends the values that the entry keeps for the exchange. */
    void exchangeEnded(int index, ExchangeEnd end) {
        WorkerEnvironment environment = environments.get(index);
        try {
            entries.get(index).policy().exchangeEnded(end);
        } finally {
            if (environment != null) {
                environment.exchangeEnded(end);
            }
        }
    }

    /**
     * Marks the chain as used by a call, a body stream, or an entry that awaits the end of an exchange. Returns false
     * if the chain is closed.
     */
    boolean enter() {
        return use.enter();
    }

    void leave() {
        use.leave();
    }

    /**
     * Sets whether the chain is current, that is, not replaced by a newer one. The caches of a replaced chain get only
     * the memory that the caches of current chains leave.
     */
    void setCurrent(boolean current) {
        environments.values().forEach(environment -> environment.setCurrent(current));
    }

    /** Releases the chain. Calls that already use the chain still run. Must be called once. */
    void release() {
        leave();
    }

    private void close() {
        for (BoundEntry entry : entries) {
            close(entry.policyName(), entry.policy());
        }
        environments.values().forEach(WorkerEnvironment::close);
    }

    static void close(String name, Policy policy) {
        try {
            policy.close();
        } catch (Throwable failed) {
            Faults.rethrowFatal(failed);
            LOG.atWarn()
                    .addKeyValue(LogFields.POLICY, name)
                    .setCause(failed)
                    .log("a policy could not be closed; it may still hold resources");
        }
    }
}
