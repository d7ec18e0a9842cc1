package io.policyengine.kernel.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.management.ThreadMXBean;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.ObservabilityConfig;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.kernel.metrics.CallStatus;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExchangeRecordTest {
    private static final ObservabilityConfig SETTINGS = KernelConfig.defaults().observability();
    private static final SetHeader INSTRUCTION = new SetHeader("x-user-id", "a-secret-value");
    private static final RequestView REQUEST = new RequestView(
            "GET",
            "https",
            "user:a-secret-value@orders.example",
            "/orders/7?token=a-secret-value",
            HeaderMap.of("authorization", "a-secret-value", "accept", "*/*"),
            "192.0.2.7",
            Map.of(),
            null,
            false);

    private final List<ExchangeRecord> seen = new ArrayList<>();

    @Test
    void tellsWhatHappenedInOrder() {
        ExchangeRecords records = new ExchangeRecords(List.of(seen::add));
        ExchangeRecord record = records.take(SETTINGS);

        exchange(record);

        assertThat(record.request().id()).isEqualTo("id-1");
        assertThat(record.request().authority()).isEqualTo("orders.example");
        assertThat(record.request().path()).isEqualTo("/orders/7");
        assertThat(record.messages())
                .extracting(MessageRecord::label, MessageRecord::isSent, MessageRecord::count, MessageRecord::bytes)
                .containsExactly(
                        tuple("request_headers", true, 1, 800L),
                        tuple("request_headers", false, 1, 0L),
                        tuple("response_headers", true, 1, 300L),
                        tuple("response_body", true, 3, 30L),
                        tuple("response_headers", false, 1, 0L));
        assertThat(record.calls())
                .extracting(CallRecord::worker, CallRecord::began, CallRecord::took, CallRecord::status)
                .containsExactly(tuple("main", 100L, 500L, CallStatus.OK));
        assertThat(record.entries())
                .extracting(EntryRecord::name, EntryRecord::verdict, EntryRecord::took)
                .containsExactly(tuple("auth", EntryVerdict.CHANGED, 300L), tuple("limit", EntryVerdict.FAILED, 20L));
        assertThat(record.entries().getFirst().changes()).isOne();
        assertThat(record.held())
                .as("600 for the request, 400 for the response")
                .isEqualTo(1000);
        assertThat(record.took()).isEqualTo(9000);
        assertThat(record.status()).isEqualTo(200);
    }

    @Test
    void anEqualChangeIsRecordedOnce() {
        ExchangeRecord record = new ExchangeRecords(List.of(_ -> {})).take(SETTINGS);
        EntryRecord entry = record.entry(record.call(ChainPart.REQUEST, "main", false, 0), 0, "auth", "auth");
        List<String> changes = new ArrayList<>();

        for (RequestInstruction one : List.of(
                new RemoveHeader("x-user-email"),
                new SetHeader("x-user-email", "a"),
                new RemoveHeader("x-user-email"))) {
            Changes.note(entry, one);
        }

        assertThat(entry.changes()).isEqualTo(2);
        entry.forEachChange((kind, name) -> changes.add(kind.label() + " " + name));
        assertThat(changes).containsExactly("remove_field x-user-email", "set_field x-user-email");
    }

    @Test
    void isTheSameAgainForTheNextExchangeAndKnowsNothingOfTheLast() {
        ExchangeRecords records = new ExchangeRecords(List.of(_ -> {}));
        ExchangeRecord record = records.take(SETTINGS);
        exchange(record);
        records.ended(record);

        ExchangeRecord next = records.take(SETTINGS);

        assertThat(next).isSameAs(record);
        assertThat(next.request().id()).isEmpty();
        assertThat(next.messages()).isEmpty();
        assertThat(next.calls()).isEmpty();
        assertThat(next.entries()).isEmpty();
        assertThat(next.status()).isZero();
        assertThat(next.code()).isNull();
    }

    @Test
    void holdsNoMoreThanItsBoundsAndCountsTheRest() {
        ExchangeRecord record = new ExchangeRecords(List.of(_ -> {})).take(SETTINGS);
        record.begin(SETTINGS, 1, 0, 0, "id", REQUEST.withRawPath("/" + "x".repeat(100_000)));
        for (int i = 0; i < 1000; i++) {
            CallRecord call = record.call(ChainPart.REQUEST, "main", false, i);
            record.entry(call, i, "entry-" + i, "policy").went(EntryVerdict.PROCEED, null);
            record.received("response_body", false, 1, i);
        }

        assertThat(record.request().path()).hasSize(ExchangeRecord.MAX_TEXT);
        assertThat(record.calls()).hasSize(ExchangeRecord.MAX_CALLS);
        assertThat(record.callCount()).isEqualTo(1000);
        assertThat(record.entries()).hasSize(ExchangeRecord.MAX_ENTRIES);
        assertThat(record.entryCount()).isEqualTo(1000);
        assertThat(record.messages()).hasSize(1);
    }

    @Test
    void keepsNothingWhereNobodyLooks() {
        ExchangeRecords records = new ExchangeRecords(List.of());
        ExchangeRecord record = records.take(SETTINGS);

        exchange(record);
        records.ended(record);

        assertThat(record.request().id()).isEmpty();
        assertThat(record.messages()).isEmpty();
        assertThat(record.calls()).isEmpty();
        assertThat(record.entries()).isEmpty();
    }

    @Test
    void oneObserverThatFailsHidesNothingFromTheOthers() {
        ExchangeRecords records = new ExchangeRecords(List.of(
                _ -> {
                    throw new IllegalStateException("as it was told to");
                },
                seen::add));

        ExchangeRecord record = records.take(SETTINGS);
        record.begin(SETTINGS, 1, 0, 0, "id", REQUEST);
        records.ended(record);

        assertThat(seen).hasSize(1);
    }

    @Test
    void anExchangeAllocatesNextToNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ExchangeRecords records = new ExchangeRecords(List.of(_ -> {}));
        int exchanges = 10_000;
        run(records, exchanges);
        long before = threads.getCurrentThreadAllocatedBytes();

        run(records, exchanges);

        long each = (threads.getCurrentThreadAllocatedBytes() - before) / exchanges;
        assertThat(each).as("bytes of an exchange").isLessThan(64);
    }

    private static void run(ExchangeRecords records, int exchanges) {
        for (int i = 0; i < exchanges; i++) {
            ExchangeRecord record = records.take(SETTINGS);
            exchange(record);
            records.ended(record);
        }
    }

    /** One with two entries on the request, and a response of three chunks. */
    private static void exchange(ExchangeRecord record) {
        record.begin(SETTINGS, 7, 1000, 50, "id-1", REQUEST);
        record.route("/orders", "/orders", RouteChoice.NONE);
        record.received("request_headers", true, 800, 50);
        CallRecord call = record.call(ChainPart.REQUEST, "main", false, 150);
        EntryRecord auth = record.entry(call, 0, "auth", "jwtValidation");
        auth.timed(0, 300);
        Changes.note(auth, (RequestInstruction) INSTRUCTION);
        auth.went(EntryVerdict.CHANGED, null);
        EntryRecord limit = record.entry(call, 1, "limit", "rateLimit");
        limit.timed(300, 20);
        limit.failed(ErrorCode.DEPENDENCY_UNAVAILABLE, "no answer of the store", OnFailure.CONTINUE);
        call.ended(CallStatus.OK, 500);
        record.answered("request_headers", true, 650);
        record.received("response_headers", false, 300, 8000);
        for (int i = 0; i < 3; i++) {
            record.received("response_body", false, 10, 8100 + i);
        }
        record.answered("response_headers", false, 8400);
        record.ended(Outcome.PASSED, 200, 9050);
    }
}
