package io.policyengine.worker;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.run.ShadowObserver;
import io.policyengine.core.chain.run.ShadowOutcome;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.policy.Call;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs the outcomes of an entry in shadow mode. Each run counts as a use of the chain. */
final class ShadowReporter implements ShadowObserver {
    private static final Logger LOG = LoggerFactory.getLogger(ShadowReporter.class);

    private final WorkerMetrics.OfShadow metrics;
    private final ChainUse use;
    private final String route;
    private final String entry;
    private final String policy;

    ShadowReporter(WorkerMetrics.OfShadow metrics, ChainUse use, String route, String entry, String policy) {
        this.metrics = metrics;
        this.use = use;
        this.route = route;
        this.entry = entry;
        this.policy = policy;
    }

    @Override
    public boolean begins() {
        return use.enter();
    }

    @Override
    public void counts(Call call, ShadowOutcome outcome, @Nullable EntryFailure failure) {
        metrics.count(outcome);
        if (LOG.isDebugEnabled()) {
            LOG.atDebug()
                    .addKeyValue(LogFields.REQUEST_ID, call.requestId())
                    .addKeyValue(LogFields.ROUTE_NAME, route)
                    .addKeyValue(LogFields.POLICY, policy)
                    .addKeyValue(LogFields.ENTRY, entry)
                    .addKeyValue(LogFields.OUTCOME, outcome.label())
                    .addKeyValue(LogFields.REASON, failure == null ? "" : failure.message())
                    .log("a policy ran in shadow mode");
        }
    }

    @Override
    public void ends() {
        use.leave();
    }
}
