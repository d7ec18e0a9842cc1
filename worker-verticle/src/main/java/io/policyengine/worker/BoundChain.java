package io.policyengine.worker;

import io.policyengine.core.chain.BoundEntry;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.worker.environment.WorkerEnvironment;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A chain bound to its parameters. Its policies are closed once it is released and no call is under way and no body
 * streams. Thread-safe.
 *
 * <p>A chain that is not callable has no entries; it is kept so that preparing it again tells the same.
 */
public final class BoundChain {
    private static final Logger LOG = LoggerFactory.getLogger(BoundChain.class);

    private final ChainSpec spec;
    private final PreparedChain prepared;
    private final List<BoundEntry> entries;
    private final List<WorkerEnvironment> environments;

    private final ChainUse use;

    BoundChain(
            ChainSpec spec,
            PreparedChain prepared,
            List<BoundEntry> entries,
            List<WorkerEnvironment> environments,
            ChainUse use) {
        this.spec = spec;
        this.prepared = prepared;
        this.entries = List.copyOf(entries);
        this.environments = List.copyOf(environments);
        this.use = use;
        use.onUnused(this::close);
    }

    ChainSpec spec() {
        return spec;
    }

    /** What binding it found out. */
    public PreparedChain prepared() {
        return prepared;
    }

    /** Whether it can be called. */
    public boolean isCallable() {
        return entries.size() == spec.entries().size();
    }

    List<BoundEntry> entries() {
        return entries;
    }

    /** Begins a call, or a body that streams; false if the chain is closed. */
    boolean enter() {
        return use.enter();
    }

    /** Ends a call, or a body that streams. */
    void leave() {
        use.leave();
    }

    /** No further calls begin after those that have looked it up. Once only. */
    void release() {
        leave();
    }

    private void close() {
        for (BoundEntry entry : entries) {
            close(entry.policyName(), entry.policy());
        }
        environments.forEach(WorkerEnvironment::close);
    }

    static void close(String name, Policy policy) {
        try {
            policy.close();
        } catch (RuntimeException | LinkageError failed) {
            LOG.atWarn().addKeyValue("policy", name).setCause(failed).log("a policy could not be closed");
        }
    }
}
