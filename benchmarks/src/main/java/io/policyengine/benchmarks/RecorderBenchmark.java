package io.policyengine.benchmarks;

import io.policyengine.admin.flight.FlightRecorders;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.ObservabilityConfig;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.metrics.CallStatus;
import io.policyengine.kernel.recorder.CallRecord;
import io.policyengine.kernel.recorder.ChainPart;
import io.policyengine.kernel.recorder.Changes;
import io.policyengine.kernel.recorder.EntryRecord;
import io.policyengine.kernel.recorder.EntryVerdict;
import io.policyengine.kernel.recorder.ExchangeRecord;
import io.policyengine.kernel.recorder.ExchangeRecords;
import io.policyengine.kernel.recorder.Outcome;
import io.policyengine.kernel.recorder.RouteChoice;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Measures the time to record an exchange with three entries in each of two phases. Some records are kept, others are
 * not. Clocks are read as in the kernel.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RecorderBenchmark {
    private static final ObservabilityConfig SETTINGS = KernelConfig.defaults().observability();
    private static final RequestInstruction INSTRUCTION = new SetHeader("x-user-id", "alice");
    private static final RequestView REQUEST = new RequestView(
            "GET",
            "https",
            "orders.example",
            "/orders/7?page=2",
            HeaderMap.of(
                    "accept",
                    "*/*",
                    "user-agent",
                    "a",
                    "x-request-id",
                    "b",
                    "authorization",
                    "c",
                    "x-forwarded-for",
                    "d"),
            "192.0.2.7",
            Map.of(),
            null,
            false);

    private final Vertx vertx = Vertx.vertx();
    private ExchangeRecords records = new ExchangeRecords(List.of());

    @Setup
    public void setUp() {
        records = new ExchangeRecords(new FlightRecorders(SETTINGS.recorder(), 1).onLoop(vertx));
    }

    @TearDown
    public void tearDown() {
        vertx.close().await();
    }

    /** Measures the time to record an exchange that passes. One in a hundred such records is kept. */
    @Benchmark
    public Outcome passes() {
        return exchange(Outcome.PASSED);
    }

    /** Measures the time to record an exchange that is denied. Its record is always kept. */
    @Benchmark
    public Outcome isKept() {
        return exchange(Outcome.DENIED);
    }

    private Outcome exchange(Outcome how) {
        ExchangeRecord record = records.take(SETTINGS);
        record.begin(SETTINGS, 7, InstantSource.system().millis(), Ticker.SYSTEM.nanoTime(), "5f0c7a1e-9d4b", REQUEST);
        record.route("/orders", "/orders", RouteChoice.NONE);
        record.received("request_headers", true, 800, Ticker.SYSTEM.nanoTime());
        phase(record, ChainPart.REQUEST);
        record.answered("request_headers", true, Ticker.SYSTEM.nanoTime());
        record.received("response_headers", false, 300, Ticker.SYSTEM.nanoTime());
        phase(record, ChainPart.RESPONSE);
        record.answered("response_headers", false, Ticker.SYSTEM.nanoTime());
        record.ended(how, 200, Ticker.SYSTEM.nanoTime());
        records.ended(record);
        return how;
    }

    private static void phase(ExchangeRecord record, ChainPart part) {
        long began = Ticker.SYSTEM.nanoTime();
        CallRecord call = record.call(part, "main", false, began);
        for (int i = 0; i < 3; i++) {
            EntryRecord entry = record.entry(call, i, "entry", "policy");
            entry.timed(i, 100);
            Changes.note(entry, INSTRUCTION);
            entry.went(EntryVerdict.CHANGED, null);
        }
        call.ended(CallStatus.OK, Ticker.SYSTEM.nanoTime() - began);
    }
}
