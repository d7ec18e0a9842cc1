package io.policyengine.admin.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.ObservabilityConfig;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.kernel.recorder.CallRecord;
import io.policyengine.kernel.recorder.ChainPart;
import io.policyengine.kernel.recorder.EntryRecord;
import io.policyengine.kernel.recorder.EntryVerdict;
import io.policyengine.kernel.recorder.ExchangeRecord;
import io.policyengine.kernel.recorder.ExchangeRecords;
import io.policyengine.kernel.recorder.Outcome;
import io.policyengine.kernel.recorder.RouteChoice;
import io.policyengine.testkit.time.FakeTicker;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Figures of entries, by the records of exchanges. */
class EntryFiguresTest {
    private static final ObservabilityConfig SETTINGS = KernelConfig.defaults().observability();

    private static final RequestView REQUEST = new RequestView(
            "GET",
            "https",
            "orders.example",
            "/orders/7?token=a-secret-value",
            HeaderMap.of("authorization", "a-secret-value", "accept", "*/*"),
            "192.0.2.7",
            Map.of(),
            null,
            false);
    private final Vertx vertx = Vertx.vertx();
    private final FakeTicker ticker = new FakeTicker();
    private final EntryFigures figures = new EntryFigures(ticker);
    private final ExchangeRecords loop = new ExchangeRecords(figures.onLoop(vertx));
    private final ExchangeRecords other = new ExchangeRecords(figures.onLoop(vertx));

    @AfterEach
    void close() {
        vertx.close();
    }

    private static void exchange(ExchangeRecords loop, long generation, String route, String policy, long nanos) {
        ExchangeRecord record = loop.take(SETTINGS);
        record.begin(SETTINGS, generation, 0, 0, "id", REQUEST);
        record.route(route, route, RouteChoice.NONE);
        CallRecord call = record.call(ChainPart.REQUEST, "w", false, 0);
        EntryRecord entry = record.entry(call, 0, policy, policy);
        entry.timed(0, nanos);
        entry.went(EntryVerdict.PROCEED, null);
        record.unreached(call, "later", "later");
        record.ended(Outcome.PASSED, 200, nanos);
        loop.ended(record);
    }

    private long count(String route) {
        return figures.entries(route).values().stream()
                .mapToLong(found -> found.verdicts.getOrDefault("proceed", 0L))
                .sum();
    }

    @Test
    void countWhileSomebodyLooks() {
        exchange(loop, 1, "/r", "p", 1_000);
        assertThat(count("/r")).isZero();

        figures.watch();
        exchange(loop, 1, "/r", "p", 1_000_000);
        exchange(other, 1, "/r", "p", 3_000_000);
        ticker.advance(EntryFigures.WATCHED);
        exchange(loop, 1, "/r", "p", 1_000);

        assertThat(count("/r")).isEqualTo(2);
        assertThat(figures.entries("/r")).hasSize(2);
        MeterFigures policy = Objects.requireNonNull(figures.policies().get("p"));
        assertThat(policy.durations.count()).isEqualTo(2);
        assertThat(policy.durations.sum()).isEqualTo(0.004);
        assertThat(policy.durations.quantile(0.99)).isBetween(0.0027, 0.0033);
        assertThat(figures.policies()).doesNotContainKey("later");
    }

    @Test
    void countRoutesOfTheLatestGenerationOnly() {
        figures.watch();
        exchange(loop, 1, "/old", "p", 1);
        exchange(loop, 2, "/new", "p", 1);

        assertThat(count("/old")).isZero();
        assertThat(count("/new")).isEqualTo(1);
    }

    @Test
    void countNoMoreRoutesAndPoliciesThanTheyMay() {
        figures.watch();
        for (int i = 0; i <= EntryFigures.MAX_POLICIES; i++) {
            exchange(loop, 1, "/r" + i, "p" + i, 1);
        }

        assertThat(count("/r" + (EntryFigures.MAX_ROUTES - 1))).isEqualTo(1);
        assertThat(count("/r" + EntryFigures.MAX_ROUTES)).isZero();
        assertThat(figures.policies()).hasSize(EntryFigures.MAX_POLICIES);
    }
}
