package io.policyengine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.chain.run.ShadowOutcome;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.metrics.WorkerMetric;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.ChainSpec;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class WorkerMetricsTest {
    private static final ChainSpec.Entry ENTRY = new ChainSpec.Entry(
            "entry", "p", JsonNodeFactory.instance.objectNode(), OnFailure.DENY, OnFailure.DENY, null, null, false);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final WorkerMetrics metrics = new WorkerMetrics(meters);

    @Test
    void forgetsAShadowThatNoChainUsesAnyMore() {
        WorkerMetrics.OfShadow first = metrics.shadowOf("r", "entry", "p");
        WorkerMetrics.OfShadow second = metrics.shadowOf("r", "entry", "p");
        WorkerMetrics.OfShadow other = metrics.shadowOf("s", "entry", "p");

        metrics.endShadow(first);
        assertThat(shadowsOf("r")).hasSameSizeAs(ShadowOutcome.values());
        metrics.endShadow(second);

        assertThat(shadowsOf("r")).isEmpty();
        assertThat(shadowsOf("s")).hasSameSizeAs(ShadowOutcome.values());
        metrics.endShadow(other);
    }

    @Test
    void countsRoutesTogetherBeyondAThousandInTheShadow() {
        List<WorkerMetrics.OfShadow> all = IntStream.range(0, 1_003)
                .mapToObj(route -> metrics.shadowOf("r" + route, "entry", "p"))
                .toList();

        assertThat(shadowsOf("r999")).isNotEmpty();
        assertThat(shadowsOf("r1000")).isEmpty();
        assertThat(shadowsOf("other")).hasSameSizeAs(ShadowOutcome.values());
        all.forEach(metrics::endShadow);
        assertThat(meters.getMeters()).noneMatch(meter -> meter.getId().getTag("route") != null);
    }

    private Collection<Counter> shadowsOf(String route) {
        return meters.find(WorkerMetric.SHADOW_OUTCOMES.id())
                .tag("route", route)
                .counters();
    }

    @Test
    void countsRunsByTheirOutcome() {
        WorkerMetrics.OfPolicy policy = metrics.of("p");

        policy.ran(new EntryResult.Completed<>(new RequestOutcome.Proceed(List.of(), null)), 1_000);
        policy.ran(new EntryResult.Completed<>(new ResponseOutcome.SkipRemaining(List.of(), null)), 1_000);
        policy.ran(
                new EntryResult.Completed<>(new RequestOutcome.Respond(
                        ImmediateResponse.json(403, "{}", DenialReason.FORBIDDEN), List.of())),
                1_000);
        policy.ran(new EntryResult.Failed<>(new EntryFailure(ErrorCode.POLICY_TIMEOUT, "")), 1_000);

        for (String status : List.of("success", "skip_remaining", "denied", "failure")) {
            assertThat(meters.get(WorkerMetric.EXECUTIONS.id())
                            .tags("policy", "p", "status", status)
                            .counter()
                            .count())
                    .as(status)
                    .isEqualTo(1);
        }
        assertThat(meters.get(WorkerMetric.POLICY_FAILURES.id())
                        .tags("policy", "p", "reason", "policy_timeout")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(meters.get(WorkerMetric.EXECUTION_DURATION.id())
                        .tag("policy", "p")
                        .timer()
                        .totalTime(TimeUnit.NANOSECONDS))
                .isEqualTo(4_000);
    }

    @Test
    void aFailureOnAChunkOfABodyIsNoFurtherRun() {
        EntryReporter reporter = new EntryReporter(metrics.of("p"), "/r", ENTRY, Phase.REQUEST, Ticker.SYSTEM);
        Call call = new Call("r", 1, 0, new Cancellation());
        reporter.ended(call, new EntryResult.Completed<>(new RequestOutcome.Proceed(List.of(), null)), 1_000, null);

        reporter.failedOnChunk(call, new EntryFailure(ErrorCode.BODY_TOO_LARGE, ""), 1_000, null);

        assertThat(meters.get(WorkerMetric.POLICY_FAILURES.id())
                        .tags("policy", "p", "reason", "body_too_large")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(meters.get(WorkerMetric.EXECUTIONS.id())
                        .tags("policy", "p", "status", "failure")
                        .counter()
                        .count())
                .isZero();
        assertThat(meters.get(WorkerMetric.EXECUTION_DURATION.id())
                        .tag("policy", "p")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void anEntryWhoseConditionIsFalseIsCountedAndNotTimed() {
        EntryReporter reporter = new EntryReporter(metrics.of("p"), "/r", ENTRY, Phase.REQUEST, Ticker.SYSTEM);

        reporter.skipped(new Call("r", 1, 0, new Cancellation()));

        assertThat(meters.get(WorkerMetric.EXECUTIONS.id())
                        .tags("policy", "p", "status", "skipped")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(meters.get(WorkerMetric.EXECUTION_DURATION.id())
                        .tag("policy", "p")
                        .timer()
                        .count())
                .isZero();
    }

    @Test
    void countsWhatPoliciesInTheShadowWouldHaveDone() {
        ChainUse use = new ChainUse();
        ShadowReporter reporter = new ShadowReporter(
                metrics.shadowOf("/r", "entry", "p"),
                use,
                new ShadowDenials(),
                () -> Instant.EPOCH,
                new ShadowDenials.Place("/r", "entry", "p", Phase.REQUEST));

        reporter.counts(new Call("r", 1, 0, new Cancellation()), ShadowOutcome.DENY, null);

        assertThat(meters.get(WorkerMetric.SHADOW_OUTCOMES.id())
                        .tags("route", "/r", "entry", "entry", "policy", "p", "outcome", "deny")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(meters.find(WorkerMetric.EXECUTIONS.id()).counters()).isEmpty();
    }

    @Test
    void aRunInTheShadowKeepsItsChainInUse() {
        ChainUse use = new ChainUse();
        int[] unused = {0};
        use.onUnused(() -> unused[0]++);
        ShadowReporter reporter = new ShadowReporter(
                metrics.shadowOf("/r", "entry", "p"),
                use,
                new ShadowDenials(),
                () -> Instant.EPOCH,
                new ShadowDenials.Place("/r", "entry", "p", Phase.REQUEST));

        boolean begins = reporter.begins();
        use.leave();
        int whileRunning = unused[0];
        reporter.ends();

        assertThat(begins).isTrue();
        assertThat(whileRunning).isZero();
        assertThat(unused[0]).isOne();
        assertThat(reporter.begins()).isFalse();
    }

    @Test
    void notesTheSizeOfWhatPoliciesSee() {
        metrics.seen(HeaderMap.of("ab", "cd"), Buffer.buffer("body!"), Metadata.empty());

        assertThat(meters.get(WorkerMetric.CONTEXT_SIZE.id())
                        .tag("type", "headers")
                        .summary()
                        .totalAmount())
                .isEqualTo(4);
        assertThat(meters.get(WorkerMetric.CONTEXT_SIZE.id())
                        .tag("type", "body")
                        .summary()
                        .totalAmount())
                .isEqualTo(5);
    }
}
