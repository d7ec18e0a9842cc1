package io.policyengine.worker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.run.ShadowOutcome;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.metrics.WorkerMetric;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseOutcome;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The meters of a worker. Thread-safe. */
final class WorkerMetrics {
    private static final double[] SIZES = {100, 500, 1_000, 5_000, 10_000, 50_000, 100_000};

    /** Maximum number of entries in shadow mode that have their own metrics. */
    private static final int MAX_SHADOWS = 1_000;

    /**
     * The value of the labels for route and entry under which the outcomes of all entries beyond {@link #MAX_SHADOWS}
     * are counted.
     */
    private static final String OTHER = "other";

    private final MeterRegistry meters;
    private final Map<String, OfPolicy> policies = new ConcurrentHashMap<>();
    private final Map<Shadow, OfShadow> shadows = new ConcurrentHashMap<>();
    private final DistributionSummary headers;
    private final DistributionSummary body;
    private final DistributionSummary state;

    WorkerMetrics(MeterRegistry meters) {
        this.meters = meters;
        this.headers = sizes("headers");
        this.body = sizes("body");
        this.state = sizes("state");
    }

    /** Returns the meters of a policy. The worker must declare the policy, so that the number of labels is bounded. */
    OfPolicy of(String policy) {
        return policies.computeIfAbsent(policy, name -> new OfPolicy(meters, name));
    }

    /**
     * Returns the meters of an entry in shadow mode on a route, and adds a use; {@link #endShadow} ends the use. Beyond
     * {@value #MAX_SHADOWS} entries, the outcomes of further entries are counted together for each policy.
     */
    OfShadow shadowOf(String route, String entry, String policy) {
        Shadow own = new Shadow(route, entry, policy);
        boolean hasRoom = shadows.size() < MAX_SHADOWS || shadows.containsKey(own);
        return Objects.requireNonNull(shadows.compute(
                hasRoom ? own : new Shadow(OTHER, OTHER, policy), (place, known) -> {
                    OfShadow shadow = known == null ? new OfShadow(meters, place) : known;
                    shadow.users++;
                    return shadow;
                }));
    }

    /**
     * Ends a use of the meters. When their last use ends, the meters are removed, so that no meters remain for a
     * removed route.
     */
    void endShadow(OfShadow shadow) {
        shadows.computeIfPresent(shadow.place, (_, known) -> {
            if (--known.users > 0) {
                return known;
            }
            known.outcomes.values().forEach(meters::remove);
            return null;
        });
    }

    private record Shadow(String route, String entry, String policy) {}

    void seen(HeaderMap fields, @Nullable Buffer content, Metadata metadata) {
        headers.record(fields.octets());
        if (content != null) {
            body.record(content.length());
        }
        state.record(metadata.size());
    }

    private DistributionSummary sizes(String type) {
        return WorkerMetric.CONTEXT_SIZE.summary(meters, SIZES, type);
    }

    static final class OfShadow {
        private final Shadow place;
        private final Map<ShadowOutcome, Counter> outcomes = new EnumMap<>(ShadowOutcome.class);
        /** The number of uses of the meters. Changed only within {@link ConcurrentHashMap#compute} for their key. */
        private int users;

        private OfShadow(MeterRegistry meters, Shadow place) {
            this.place = place;
            for (ShadowOutcome outcome : ShadowOutcome.values()) {
                outcomes.put(
                        outcome,
                        WorkerMetric.SHADOW_OUTCOMES.counter(
                                meters, place.route(), place.entry(), place.policy(), outcome.label()));
            }
        }

        void count(ShadowOutcome outcome) {
            Objects.requireNonNull(outcomes.get(outcome)).increment();
        }
    }

    static final class OfPolicy {
        private final Counter proceeded;
        private final Counter endedEarly;
        private final Counter skipped;
        private final Counter denied;
        private final Counter failed;
        private final Timer duration;
        private final Map<ErrorCode, Counter> failures = new EnumMap<>(ErrorCode.class);

        private OfPolicy(MeterRegistry meters, String policy) {
            this.proceeded = executions(meters, policy, "success");
            this.endedEarly = executions(meters, policy, "skip_remaining");
            this.skipped = executions(meters, policy, "skipped");
            this.denied = executions(meters, policy, "denied");
            this.failed = executions(meters, policy, "failure");
            this.duration = WorkerMetric.EXECUTION_DURATION.timer(meters, policy);
            for (ErrorCode code : ErrorCode.values()) {
                if (code.isOfEntries()) {
                    failures.put(
                            code,
                            WorkerMetric.POLICY_FAILURES.counter(
                                    meters, policy, code.name().toLowerCase(Locale.ROOT)));
                }
            }
        }

        void ran(EntryResult<?> result, long nanos) {
            duration.record(Duration.ofNanos(nanos));
            switch (result) {
                case EntryResult.Failed<?> failure -> {
                    failed.increment();
                    failed(failure.failure().code());
                }
                case EntryResult.Completed<?> completed ->
                    counterOf(completed.outcome()).increment();
                // Counted by skipped().
                case EntryResult.Skipped<?> _ -> {}
            }
        }

        void skipped() {
            skipped.increment();
        }

        /**
         * Counts a failure without counting a run, since a run that succeeded on the headers may still fail on the
         * body.
         */
        void failed(ErrorCode code) {
            Counter reason = failures.get(code);
            if (reason != null) {
                reason.increment();
            }
        }

        private Counter counterOf(Object outcome) {
            return switch (outcome) {
                case RequestOutcome.Respond _ -> denied;
                case RequestOutcome.SkipRemaining _, ResponseOutcome.SkipRemaining _ -> endedEarly;
                default -> proceeded;
            };
        }

        private static Counter executions(MeterRegistry meters, String policy, String status) {
            return WorkerMetric.EXECUTIONS.counter(meters, policy, status);
        }
    }
}
