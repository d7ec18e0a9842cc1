package io.policyengine.admin.flight;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.ObservabilityConfig;
import io.policyengine.core.config.RecorderConfig;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetHeader;
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
import io.vertx.core.buffer.Buffer;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlightRecorderTest {
    private static final ImmediateResponse DENIAL = new ImmediateResponse(
                    401, HeaderMap.empty(), Buffer.buffer(), "unauthorized")
            .withCode("KEY_REVOKED")
            .withRule("daily");

    private static final int KIB = 1024;
    private static final KeptExchange.Locations NOWHERE = new KeptExchange.Locations() {
        @Override
        public boolean isComplete() {
            return true;
        }

        @Override
        public boolean isInForce(long generation) {
            return true;
        }

        @Override
        public @Nullable String ofRoute(long generation, String routePolicy) {
            return null;
        }

        @Override
        public @Nullable String ofEntry(long generation, String routePolicy, String part, String entry) {
            return null;
        }
    };

    private final RandomGenerator never = new Random() {
        private static final long serialVersionUID = 1;

        @Override
        public double nextDouble() {
            return 0.5;
        }
    };

    private FlightRecorder recorder = new FlightRecorder(256 * KIB, 400, never);
    private ObservabilityConfig settings = KernelConfig.defaults().observability();
    private ExchangeRecords records = new ExchangeRecords(List.of(recorder));

    private int turns;

    private void use(FlightRecorder other) {
        recorder = other;
        records = new ExchangeRecords(List.of(other));
    }

    private void exchange(String id, Outcome how, long heldNanos) {
        exchange(id, how, heldNanos, 2);
    }

    private void exchange(String id, Outcome how, long heldNanos, int entries) {
        ExchangeRecord record = records.take(settings);
        record.begin(
                settings,
                3,
                Long.parseLong(id.substring(id.indexOf('-') + 1)),
                0,
                id,
                new RequestView(
                        "GET",
                        "https",
                        "é.example",
                        "/a/b?c=a-secret",
                        HeaderMap.of("x-tier", "gold", "authorization", "a-secret"),
                        "192.0.2.7",
                        Map.of(),
                        null,
                        false));
        record.route("/orders", "/ord*", new RouteChoice(RouteChoice.Matched.PREFIX, List.of("policy 'x' off: why")));
        record.received("request_headers", true, 100, 0);
        CallRecord call = record.call(ChainPart.REQUEST, "main", false, 10);
        for (int i = 0; i < entries; i++) {
            EntryRecord entry = record.entry(call, i, "entry-" + i, "policy");
            entry.timed(i, 5);
            Changes.note(entry, (RequestInstruction) new SetHeader("x-user", "a-secret"));
            entry.went(EntryVerdict.CHANGED, "reason ".repeat(10));
        }
        record.entry(call, entries, "last", "policy").failed(ErrorCode.POLICY_ERROR, "it broke", OnFailure.CONTINUE);
        call.chunk(7, true);
        call.entry(0).chunk(3);
        call.ended(CallStatus.OK, 400);
        if (how == Outcome.DENIED) {
            record.decided("last", DENIAL, heldNanos);
        } else {
            record.answered("request_headers", true, heldNanos);
        }
        record.ended(how, 200, heldNanos + 1000);
        records.ended(record);
    }

    private List<KeptExchange> find(Query query) {
        ExchangeSearch search = recorder.search(query, null);
        while (!search.proceed()) {
            turns++;
        }
        return search.found().all().stream()
                .map(found -> RecordDecoder.decode(found, NOWHERE))
                .toList();
    }

    private static Query all(int limit) {
        return Query.newest(limit);
    }

    private static Query of(Outcome outcome) {
        return new Query(null, null, Query.Sent.ANY, new Query.Ended(outcome, null, null), 1000);
    }

    private static Query sent(@Nullable AddressRange client, @Nullable PathRange path) {
        return new Query(null, null, new Query.Sent(Long.MIN_VALUE, Long.MAX_VALUE, client, path), Query.Ended.ANY, 10);
    }

    private static Query ended(@Nullable StatusRange status, @Nullable String code, int limit) {
        return new Query(null, null, Query.Sent.ANY, new Query.Ended(null, status, code), limit);
    }

    @Test
    void tellsAnExchangeAsItWas() {
        exchange("id-7", Outcome.DENIED, 2_000_000);

        KeptExchange found = find(Query.of("id-7")).getFirst();

        assertThat(found.kept()).isEqualTo("denied");
        assertThat(found.arrived()).isEqualTo("1970-01-01T00:00:00.007Z");
        assertThat(found.authority()).isEqualTo("é.example");
        assertThat(found.path()).isEqualTo("/a/b");
        assertThat(found.fields().names()).containsExactly("x-tier", "authorization");
        assertThat(found.fields().values()).isEmpty();
        assertThat(found.chosen())
                .isEqualTo(new KeptExchange.Chosen(
                        "/orders", "/ord*", "prefix", List.of("policy 'x' off: why"), 3, true, null));
        assertThat(found.end())
                .isEqualTo(new KeptExchange.End(
                        "denied", 401, "last", "unauthorized", "KEY_REVOKED", "daily", null, 2.001, 2.0));
        assertThat(found.messages())
                .containsExactly(
                        new KeptExchange.Message("envoy", "request_headers", 1, 100, 0, 0),
                        new KeptExchange.Message("engine", "immediate_response", 1, 0, 2, 2));
        KeptExchange.Call call = found.calls().getFirst();
        assertThat(call.status()).isEqualTo("ok");
        assertThat(call.bodyChanged()).isTrue();
        assertThat(call.entries()).extracting(KeptExchange.Entry::name).containsExactly("entry-0", "entry-1", "last");
        assertThat(call.entries().getFirst().changes())
                .containsExactly(new KeptExchange.Changed("set_field", "x-user"));
        assertThat(call.entries().getFirst().chunks()).isOne();
        assertThat(call.entries().getLast().onFailure()).isEqualTo("continue");
        assertThat(String.valueOf(found)).doesNotContain("a-secret");
    }

    @Test
    void findsByTimeClientPathStatusAndCodeBeforeItCounts() {
        exchange("id-5", Outcome.DENIED, 1);
        for (int i = 10; i < 40; i++) {
            exchange("id-" + i, Outcome.FAILED, 1);
        }

        assertThat(find(ended(null, "KEY_REVOKED", 1)))
                .extracting(KeptExchange::requestId)
                .containsExactly("id-5");
        assertThat(find(ended(StatusRange.parse("401"), null, 1))).hasSize(1);
        assertThat(find(ended(StatusRange.parse("4XX"), null, 10))).hasSize(1);
        assertThat(find(ended(StatusRange.parse("403"), "KEY_REVOKED", 10))).isEmpty();
        assertThat(find(sent(AddressRange.parse("192.0.2.0/24"), PathRange.parse("/a"))))
                .hasSize(11);
        assertThat(find(sent(AddressRange.parse("192.0.3.0/24"), null))).isEmpty();
        assertThat(find(sent(null, PathRange.parse("/a/")))).isNotEmpty();
        assertThat(find(sent(null, PathRange.parse("/a/b")))).isNotEmpty();
        assertThat(find(sent(null, PathRange.parse("/a/b/c")))).isEmpty();
        assertThat(find(new Query(null, null, new Query.Sent(5, 11, null, null), Query.Ended.ANY, 10)))
                .extracting(KeptExchange::requestId)
                .containsExactly("id-11", "id-10", "id-5");
    }

    @Test
    void aLongSearchTakesManyTurnsAndFindsTheOldest() {
        use(new FlightRecorder(64L * 1024 * KIB, 50_000, never));
        exchange("id-1", Outcome.FAILED, 1, 0);
        for (int i = 2; i < 3000; i++) {
            exchange("id-" + i, Outcome.FAILED, 1, 0);
        }

        assertThat(find(new Query(null, "/orders", new Query.Sent(1, 1, null, null), Query.Ended.ANY, 10)))
                .hasSize(1);
        assertThat(turns).isZero();
        assertThat(find(sent(AddressRange.parse("10.0.0.7"), null))).isEmpty();
        assertThat(turns)
                .isEqualTo(2999 * Ring.STEPS_OF_KEY / ExchangeSearch.MAX_WORK)
                .isPositive();
    }

    @Test
    void saysFromWhenOnNothingIsOverwritten() {
        ExchangeSearch before = recorder.search(all(1), null);
        assertThat(before.proceed()).isTrue();
        assertThat(before.found().overwrittenBefore()).isEqualTo(Long.MIN_VALUE);
        for (int i = 1; i <= 100; i++) {
            exchange("id-" + i, Outcome.DENIED, 1, 0);
        }

        ExchangeSearch search = recorder.search(all(1), null);
        assertThat(search.proceed()).isTrue();

        assertThat(search.found().overwrittenBefore()).isEqualTo(21);
    }

    @Test
    void aLongExchangeDoesNotHideThatLaterOnesAreOverwritten() {
        for (int i = 2; i <= 100; i++) {
            exchange("id-" + i, Outcome.DENIED, 1, 0);
        }
        exchange("id-1", Outcome.DENIED, Duration.ofMinutes(1).toNanos(), 0);
        for (int i = 101; i < 180; i++) {
            exchange("id-" + i, Outcome.DENIED, 1, 0);
        }

        ExchangeSearch search = recorder.search(all(1000), null);
        assertThat(search.proceed()).isTrue();

        assertThat(find(Query.of("id-1"))).hasSize(1);
        assertThat(find(Query.of("id-100"))).isEmpty();
        assertThat(search.found().overwrittenBefore()).isEqualTo(101);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.7, 10.0.0.7, true",
        "10.0.0.7, 10.0.0.8, false",
        "10.0.0.7, ::ffff:10.0.0.7, true",
        "::ffff:10.0.0.0/104, 10.255.0.1, true",
        "10.0.0.7, not-an-address, false",
        "10.0.0.7, '', false",
        "10.0.0.0/9, 10.127.255.255, true",
        "10.0.0.0/9, 10.128.0.0, false",
        "0.0.0.0/0, 192.0.2.1, true",
        "0.0.0.0/0, ::1, false",
        "2001:db8::/32, 2001:db8:1::9, true",
        "2001:db8::/33, 2001:db8:8000::9, false",
        "::1, ::1, true",
    })
    void anAddressOrANetworkContainsClients(String range, String client, boolean contains) {
        AddressRange parsed = Objects.requireNonNull(AddressRange.parse(range));

        assertThat(parsed.contains(client)).isEqualTo(contains);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0", "10.0.0.7/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/x", "::1/129", "host/8"})
    void whatIsNoAddressIsNoRange(String text) {
        assertThat(AddressRange.parse(text)).isNull();
    }

    @Test
    void keepsTheValuesOfFieldsThatAreNamed() {
        settings = with(
                new RecorderConfig(true, 400, 256 * KIB, Duration.ofMillis(500), 0, List.of("x-tier", "x-missing")));
        exchange("id-1", Outcome.DENIED, 1);

        assertThat(find(all(1)).getFirst().fields().values())
                .containsEntry("x-tier", "gold")
                .containsEntry("x-missing", null);
    }

    @Test
    void aFloodOfDenialsPushesOutNoError() {
        exchange("id-0", Outcome.FAILED, 1);
        exchange("id-1", Outcome.PASSED, Duration.ofSeconds(1).toNanos());
        for (int i = 2; i < 5000; i++) {
            exchange("id-" + i, Outcome.DENIED, 1);
        }

        assertThat(find(Query.of("id-0"))).hasSize(1);
        assertThat(find(Query.of("id-1"))).extracting(KeptExchange::kept).containsExactly("slow");
        assertThat(find(Query.of("id-2"))).isEmpty();
        assertThat(find(of(Outcome.DENIED)))
                .hasSize(80)
                .isSortedAccordingTo(Comparator.comparing(KeptExchange::arrived).reversed());
    }

    @Test
    void aFloodOfRefusalsPushesOutNothingElseAndIsKeptInPart() {
        use(new FlightRecorder(4096 * KIB, 5000, never));
        exchange("id-0", Outcome.FAILED, 1);
        for (int i = 1; i < 3000; i++) {
            exchange("id-" + i, Outcome.OVERLOADED, 1);
        }

        assertThat(find(Query.of("id-0"))).extracting(KeptExchange::kept).containsExactly("error");
        assertThat(find(of(Outcome.OVERLOADED)))
                .as("the first of each second")
                .hasSize(3 * FlightRecorder.REFUSALS)
                .allSatisfy(kept -> assertThat(kept.kept()).isEqualTo("overloaded"))
                .extracting(KeptExchange::requestId)
                .contains("id-1", "id-1199", "id-2000")
                .doesNotContain("id-999", "id-1200");
    }

    @Test
    void othersAreKeptByChance() {
        settings = with(new RecorderConfig(true, 400, 256 * KIB, Duration.ofMillis(500), 0.5, List.of()));
        exchange("id-1", Outcome.PASSED, 1);
        assertThat(find(all(10))).isEmpty();

        settings = with(new RecorderConfig(true, 400, 256 * KIB, Duration.ofMillis(500), 0.51, List.of()));
        exchange("id-2", Outcome.PASSED, 1);
        assertThat(find(all(10))).extracting(KeptExchange::kept).containsExactly("sampled");
    }

    @Test
    void keepsNothingWhereItIsOff() {
        settings = with(new RecorderConfig(false, 400, 256 * KIB, Duration.ofMillis(500), 1, List.of()));
        exchange("id-1", Outcome.FAILED, 1);

        assertThat(find(all(10))).isEmpty();
    }

    @Test
    void whatIsTooLongForOneExchangeIsCounted() {
        exchange("id-1", Outcome.FAILED, 1, 250);

        KeptExchange found = find(all(1)).getFirst();

        int told = found.calls().getFirst().entries().size();
        assertThat(told).isBetween(100, 250);
        assertThat(found.moreEntries()).isEqualTo(251 - told);
    }

    /** Of exchanges of any length, the newest are there as they were, however often the ring came round. */
    @Test
    void theNewestAreWholeWhateverTheirLengths() {
        Random random = new Random(4711);
        for (int round = 0; round < 50; round++) {
            use(new FlightRecorder((32L + random.nextInt(64)) * KIB, 8 + random.nextInt(200), never));
            int last = 200 + random.nextInt(200);
            for (int i = 0; i <= last; i++) {
                exchange("id-" + i, Outcome.FAILED, 1, random.nextInt(40));
            }

            List<KeptExchange> found = find(all(1000));

            assertThat(found).isNotEmpty();
            for (int i = 0; i < found.size(); i++) {
                assertThat(found.get(i).requestId()).isEqualTo("id-" + (last - i));
                assertThat(found.get(i).calls().getFirst().entries().getLast().name())
                        .isEqualTo("last");
            }
        }
    }

    @Test
    void anExchangeThatIsKeptAllocatesNextToNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ExchangeRecord record = new ExchangeRecords(List.of(_ -> {})).take(settings);
        record.begin(settings, 1, 1, 1, "id", RequestView.absentRequest());
        record.ended(Outcome.FAILED, 0, 1);
        for (int i = 0; i < 1000; i++) {
            recorder.ended(record);
        }
        long before = threads.getCurrentThreadAllocatedBytes();

        for (int i = 0; i < 10_000; i++) {
            recorder.ended(record);
        }

        assertThat((threads.getCurrentThreadAllocatedBytes() - before) / 10_000).isLessThan(128);
    }

    private ObservabilityConfig with(RecorderConfig recording) {
        ObservabilityConfig before = KernelConfig.defaults().observability();
        return new ObservabilityConfig(
                before.metricsPort(),
                before.adminAddress(),
                null,
                List.of(),
                null,
                before.logLevel(),
                before.stuckLoopTimeout(),
                before.metrics(),
                before.tracing(),
                recording,
                before.accessLog());
    }
}
