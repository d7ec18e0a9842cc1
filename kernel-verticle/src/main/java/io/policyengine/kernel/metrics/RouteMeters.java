package io.policyengine.kernel.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.metrics.Durations;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** The meters of one route. They are made with its first exchange: of many routes, few are ever used. */
public final class RouteMeters {
    private final CallMeters withoutWorker;
    private final OnDemand<Map<AnswerKind, Counter>> answers;
    private final OnDemand<Meters> meters;
    private final BiFunction<String, ErrorCode, Counter> partials;
    private final BiFunction<String, String, Counter> shadowsNotRun;

    /** The meters, once they are made. */
    record Meters(
            DistributionSummary callsPerExchange, Durations requestChain, Durations responseChain, Counter conflicts) {}

    /**
     * Meters to be made.
     *
     * @param partials counters by the worker that failed and the kind of failure
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

    /** Counts exchanges in which no policy ran. */
    public CallMeters withoutWorker() {
        return withoutWorker;
    }

    /**
     * Creates the meters that an exchange uses at its end while its route exists: created after the route is gone, they
     * would be left behind.
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

    /** Counts an exchange by the answer that its client got. */
    public void answered(AnswerKind kind) {
        Objects.requireNonNull(answers.get().get(kind)).increment();
    }

    /** Worker calls of both phases. */
    public DistributionSummary callsPerExchange() {
        return meters.get().callsPerExchange();
    }

    /** Duration of the request phase's chain. */
    public Durations requestChain() {
        return meters.get().requestChain();
    }

    /** Duration of the response phase's chain. */
    public Durations responseChain() {
        return meters.get().responseChain();
    }

    /** Instructions that overwrote those of an earlier policy. */
    public Counter conflicts() {
        return meters.get().conflicts();
    }

    /** Counts messages that a policy in the shadow was not shown since their body could not be had. */
    public Counter shadowNotRun(String policy, String reason) {
        return shadowsNotRun.apply(policy, reason);
    }

    /** Counts chains that ran in part because the configuration allows it. */
    public Counter partial(String failedWorker, ErrorCode failure) {
        return partials.apply(failedWorker, failure);
    }
}
