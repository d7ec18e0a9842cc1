package io.policyengine.kernel.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.metrics.Durations;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** The meters of one route. They are created at the route's first exchange, since most routes are never used. */
public final class RouteMeters {
    private final CallMeters withoutWorker;
    private final OnDemand<Map<AnswerKind, Counter>> answers;
    private final OnDemand<Meters> meters;
    private final BiFunction<String, ErrorCode, Counter> partials;
    private final BiFunction<String, String, Counter> shadowsNotRun;

    record Meters(
            DistributionSummary callsPerExchange, Durations requestChain, Durations responseChain, Counter conflicts) {}

    /**
     * Creates the meters of a route, which are registered on first use.
     *
     * @param partials counters by failed worker and kind of failure
     * @param shadowsNotRun counters by policy and reason
     */
    RouteMeters(
            CallMeters withoutWorker,
            Supplier<Map<AnswerKind, Counter>> answers,
            Supplier<Meters> make,
            BiFunction<String, ErrorCode, Counter> partials,
            BiFunction<String, String, Counter> shadowsNotRun) {
        this.withoutWorker = withoutWorker;
        this.answers = new OnDemand<>(answers);
        this.meters = new OnDemand<>(make);
        this.partials = partials;
        this.shadowsNotRun = shadowsNotRun;
    }

    public CallMeters withoutWorker() {
        return withoutWorker;
    }

    /**
     * Creates the meters that an exchange uses at its end. They are created while its route still exists, because later
     * meters would never be removed.
     *
     * @param called whether a worker was called for the exchange
     */
    public void prepareEnd(boolean called) {
        answers.get();
        if (called) {
            meters.get();
        } else {
            withoutWorker.prepare();
        }
    }

    public void answered(AnswerKind kind) {
        Objects.requireNonNull(answers.get().get(kind)).increment();
    }

    /** Returns the summary of worker calls per exchange, for both phases together. */
    public DistributionSummary callsPerExchange() {
        return meters.get().callsPerExchange();
    }

    public Durations requestChain() {
        return meters.get().requestChain();
    }

    public Durations responseChain() {
        return meters.get().responseChain();
    }

    /** Returns the counter of instructions that overwrote an instruction of an earlier policy. */
    public Counter conflicts() {
        return meters.get().conflicts();
    }

    /** Returns the counter of messages that a shadow policy could not evaluate because the body was unavailable. */
    public Counter shadowNotRun(String policy, String reason) {
        return shadowsNotRun.apply(policy, reason);
    }

    /** Returns the counter of chains that continued despite a failure, because the configuration allows it. */
    public Counter partial(String failedWorker, ErrorCode failure) {
        return partials.apply(failedWorker, failure);
    }
}
