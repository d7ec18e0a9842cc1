package io.policyengine.worker;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.run.ShadowDenial;
import io.policyengine.core.chain.run.ShadowObserver;
import io.policyengine.core.chain.run.ShadowOutcome;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.policy.Call;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs the outcomes of an entry in shadow mode, and keeps its denials. Each run is a use of the chain. */
final class ShadowReporter implements ShadowObserver {
    private static final Logger LOG = LoggerFactory.getLogger(ShadowReporter.class);

    private final WorkerMetrics.OfShadow metrics;
    private final ChainUse use;
    private final ShadowDenials denials;
    private final InstantSource clock;
    private final ShadowDenials.Place place;

    ShadowReporter(
            WorkerMetrics.OfShadow metrics,
            ChainUse use,
            ShadowDenials denials,
            InstantSource clock,
            ShadowDenials.Place place) {
        this.metrics = metrics;
        this.use = use;
        this.denials = denials;
        this.clock = clock;
        this.place = place;
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
                    .addKeyValue(LogFields.ROUTE_NAME, place.route())
                    .addKeyValue(LogFields.POLICY, place.policy())
                    .addKeyValue(LogFields.ENTRY, place.entry())
                    .addKeyValue(LogFields.OUTCOME, outcome.label())
                    .addKeyValue(LogFields.REASON, failure == null ? "" : failure.message())
                    .log("a policy ran in shadow mode");
        }
    }

    @Override
    public void denies(Call call, ShadowDenial denial) {
        denials.add(clock.instant(), call.requestId(), place, denial);
    }

    @Override
    public void ends() {
        use.leave();
    }
}
