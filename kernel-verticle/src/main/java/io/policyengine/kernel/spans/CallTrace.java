package io.policyengine.kernel.spans;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.policyengine.kernel.metrics.CallStatus;
import io.policyengine.kernel.recorder.CallRecord;
import io.policyengine.kernel.recorder.EntryRecord;
import io.policyengine.kernel.recorder.ExchangeRecord;
import java.util.List;

/**
 * Creates the spans of a worker call: {@code kernel.worker_call} and {@code kernel.aggregate_responses}. If the worker
 * creates no spans itself, this class also creates {@code worker.process_request} and, for each entry,
 * {@code worker.policy.NAME}, from the times that the worker reported.
 */
final class CallTrace {
    private final ExchangeRecord record;
    private final CallRecord call;
    private final SpanLine line;
    private final List<EntryRecord> entries;

    CallTrace(ExchangeRecord record, CallRecord call, SpanLine line) {
        this.record = record;
        this.call = call;
        this.line = line;
        this.entries = entriesOf(record, call);
    }

    /** Returns the entries that a call was meant to run, in order. */
    static List<EntryRecord> entriesOf(ExchangeRecord record, CallRecord call) {
        return record.entries().stream()
                .filter(entry -> entry.call() == call.number())
                .toList();
    }

    void make(long chain) {
        long id = record.trace().spanOfCall(call.number());
        long took = call.took() < 0 ? record.took() - call.began() : call.took();
        line.span("kernel.worker_call", SpanKind.CLIENT, id, chain, call.began(), took, attributes(), status());
        if (call.took() >= 0) {
            aggregation(chain, id);
        }
        worker(id);
    }

    private Attributes attributes() {
        AttributesBuilder attributes = Attributes.builder()
                .put(SpanKeys.WORKER, call.worker())
                .put(SpanKeys.GROUP, (long) call.group())
                .put(
                        SpanKeys.POLICIES,
                        entries.stream().map(EntryRecord::policy).toList())
                .put(SpanKeys.SHADOW, call.isShadow())
                .put(SpanKeys.ATTEMPTS, (long) call.attempts());
        CallStatus status = call.status();
        if (status != null) {
            attributes.put(SpanKeys.CALL_STATUS, status.label());
        }
        String replica = call.replica();
        return replica == null
                ? attributes.build()
                : attributes.put(SpanKeys.REPLICA, replica).build();
    }

    private StatusData status() {
        if (!SpanErrors.hasFailed(call)) {
            return StatusData.unset();
        }
        String message = call.message();
        return SpanLine.error(message == null ? "" : message);
    }

    private void aggregation(long chain, long id) {
        long instructions = entries.stream().mapToLong(EntryRecord::changes).sum();
        line.span(
                "kernel.aggregate_responses",
                SpanNumbers.aggregation(id),
                chain,
                call.began() + call.took(),
                call.foldNanos(),
                Attributes.of(SpanKeys.INSTRUCTIONS, instructions, SpanKeys.CONFLICTS, (long) call.conflicts()),
                StatusData.unset());
    }

    private void worker(long id) {
        if (record.trace().isSampled() && call.makesSpans()) {
            return;
        }
        long begins = Long.MAX_VALUE;
        long ends = -1;
        for (EntryRecord entry : entries) {
            if (isTimed(entry)) {
                begins = Math.min(begins, entry.began());
                ends = Math.max(ends, entry.began() + entry.took());
            }
        }
        if (ends < 0) {
            return;
        }
        long process = SpanNumbers.process(id);
        line.span(
                "worker.process_request",
                SpanKind.SERVER,
                process,
                id,
                call.began() + begins,
                ends - begins,
                Attributes.of(SpanKeys.WORKER, call.worker()),
                StatusData.unset());
        for (int i = 0; i < entries.size(); i++) {
            if (isTimed(entries.get(i))) {
                policy(entries.get(i), SpanNumbers.policy(id, i), process);
            }
        }
    }

    private static boolean isTimed(EntryRecord entry) {
        return entry.began() >= 0 && entry.took() >= 0;
    }

    private void policy(EntryRecord entry, long id, long process) {
        boolean failed = SpanErrors.hasFailed(entry);
        String reason = entry.reason();
        AttributesBuilder attributes = Attributes.builder()
                .put(SpanKeys.ENTRY, entry.name())
                .put(SpanKeys.VERDICT, entry.verdict().label())
                .put(SpanKeys.WORKER, call.worker());
        String code = entry.code();
        if (code != null) {
            attributes.put(SpanKeys.POLICY_CODE, code);
        }
        String rule = entry.rule();
        if (rule != null) {
            attributes.put(SpanKeys.POLICY_RULE, rule);
        }
        line.span(
                "worker.policy." + entry.policy(),
                id,
                process,
                call.began() + entry.began(),
                entry.took(),
                attributes.build(),
                failed ? SpanLine.error(reason == null ? "" : reason) : StatusData.unset());
    }
}
