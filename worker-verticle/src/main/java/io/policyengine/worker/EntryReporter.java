package io.policyengine.worker;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.chain.run.EntryObserver;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.log.LogThrottle;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.ChainSpec;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and logs the runs of one entry, and its failures on bodies. Failures are logged at most once a second, with
 * the number of suppressed failures.
 */
final class EntryReporter implements EntryObserver {
    private static final Logger LOG = LoggerFactory.getLogger(EntryReporter.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final WorkerMetrics.OfPolicy metrics;
    private final String route;
    private final String entry;
    private final String policy;
    private final OnFailure onFailure;
    private final OnFailure onOverload;
    private final String phase;
    private final LogThrottle failures;

    EntryReporter(WorkerMetrics.OfPolicy metrics, String route, ChainSpec.Entry spec, Phase phase, Ticker ticker) {
        this.metrics = metrics;
        this.route = route;
        this.entry = spec.name();
        this.policy = spec.policy();
        this.onFailure = spec.onFailure();
        this.onOverload = spec.onOverload();
        this.phase = phase.name().toLowerCase(Locale.ROOT);
        this.failures = new LogThrottle(ticker, INTERVAL);
    }

    RunningPolicy asRunning() {
        return new RunningPolicy(policy, new RunningPolicy.Position(entry, phase, route));
    }

    @Override
    public void ended(Call call, EntryResult<?> result, long nanos, @Nullable Throwable cause) {
        metrics.ran(result, nanos);
        switch (result) {
            case EntryResult.Completed<?> _ -> logDebug(call, nanos, "a policy ran");
            // Reported by skipped().
            case EntryResult.Skipped<?> _ -> {}
            case EntryResult.Failed<?>(EntryFailure failure) ->
                logFailure("a policy failed", call.requestId(), failure, nanos, cause);
        }
    }

    @Override
    public void leftOut(Call call, List<String> reasons) {
        OptionalLong omitted = failures.admit();
        if (omitted.isPresent()) {
            LOG.atWarn()
                    .addKeyValue(LogFields.REQUEST_ID, call.requestId())
                    .addKeyValue(LogFields.ROUTE_NAME, route)
                    .addKeyValue(LogFields.POLICY, policy)
                    .addKeyValue(LogFields.ENTRY, entry)
                    .addKeyValue(LogFields.PHASE, phase)
                    .addKeyValue(LogFields.REASON, String.join("; ", reasons))
                    .addKeyValue(LogFields.LEFT_OUT, omitted.getAsLong())
                    .log("a policy denies the request; a part of its response cannot be sent and is left out");
        }
    }

    @Override
    public void skipped(Call call) {
        metrics.skipped();
        logDebug(call, 0, "a policy was skipped: its condition is false");
    }

    @Override
    public void failedOnChunk(Call call, EntryFailure failure, long nanos, @Nullable Throwable cause) {
        metrics.failed(failure.code());
        String what =
                failure.isRefusal() ? "a policy refuses the rest of a body" : "a policy failed on a chunk of a body";
        logFailure(what, call.requestId(), failure, nanos, cause);
    }

    @Override
    public void failedOnEnd(Throwable cause) {
        EntryFailure failure = new EntryFailure(ErrorCode.POLICY_ERROR, String.valueOf(cause.getMessage()));
        metrics.failed(failure.code());
        logFailure("a policy failed at the end of an exchange", "", failure, 0, cause);
    }

    private void logDebug(Call call, long nanos, String message) {
        if (LOG.isDebugEnabled()) {
            LOG.atDebug()
                    .addKeyValue(LogFields.REQUEST_ID, call.requestId())
                    .addKeyValue(LogFields.ROUTE_NAME, route)
                    .addKeyValue(LogFields.POLICY, policy)
                    .addKeyValue(LogFields.ENTRY, entry)
                    .addKeyValue(LogFields.PHASE, phase)
                    .addKeyValue(LogFields.DURATION_MS, millis(nanos))
                    .log(message);
        }
    }

    private void logFailure(
            String message, String requestId, EntryFailure failure, long nanos, @Nullable Throwable cause) {
        OptionalLong leftOut = failures.admit();
        if (leftOut.isEmpty()) {
            return;
        }
        LOG.atWarn()
                .addKeyValue(LogFields.REQUEST_ID, requestId)
                .addKeyValue(LogFields.ROUTE_NAME, route)
                .addKeyValue(LogFields.POLICY, policy)
                .addKeyValue(LogFields.FAILED_AT, entry)
                .addKeyValue(
                        LogFields.ON_FAILURE_ACTION,
                        failure.reaction(onFailure, onOverload).name().toLowerCase(Locale.ROOT))
                .addKeyValue(LogFields.PHASE, phase)
                .addKeyValue(LogFields.DURATION_MS, millis(nanos))
                .addKeyValue(LogFields.CODE, failure.code().name())
                .addKeyValue(LogFields.REASON, failure.message())
                .addKeyValue(LogFields.LEFT_OUT, leftOut.getAsLong())
                .setCause(cause instanceof PolicyException ? null : cause)
                .log(message);
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }
}
