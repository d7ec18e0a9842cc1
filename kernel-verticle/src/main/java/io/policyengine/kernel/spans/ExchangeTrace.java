package io.policyengine.kernel.spans;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.policyengine.core.trace.SpanSpec;
import io.policyengine.kernel.recorder.CallRecord;
import io.policyengine.kernel.recorder.ChainPart;
import io.policyengine.kernel.recorder.EntryRecord;
import io.policyengine.kernel.recorder.ExchangeRecord;
import io.policyengine.kernel.recorder.MessageRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The spans of one exchange: {@code kernel.process_request} around {@code kernel.route_lookup}, and, for each chain
 * that ran, {@code kernel.execute_policy_chain} and {@code kernel.response_conversion}.
 */
final class ExchangeTrace {
    private final ExchangeRecord record;
    private final SpanLine line;

    ExchangeTrace(ExchangeRecord record, Consumer<SpanSpec> sink) {
        this.record = record;
        this.line = new SpanLine(record, sink);
    }

    void make() {
        long root = record.trace().span();
        lookup(root);
        for (ChainPart part : ChainPart.values()) {
            List<CallRecord> calls =
                    record.calls().stream().filter(call -> call.part() == part).toList();
            if (!calls.isEmpty()) {
                chain(root, part, calls);
            }
        }
        AttributesBuilder attributes = Attributes.builder()
                .put(SpanKeys.ROUTE, record.routeName())
                .put(SpanKeys.REQUEST_ID, record.request().id())
                .put(SpanKeys.GENERATION, record.generation())
                .put(SpanKeys.OUTCOME, record.outcome().label());
        if (record.status() != 0) {
            attributes.put(SpanKeys.STATUS, (long) record.status());
        }
        if (!record.decidedBy().isEmpty()) {
            attributes.put(SpanKeys.DECIDED_BY, record.decidedBy());
        }
        String code = record.code();
        if (code != null) {
            attributes.put(SpanKeys.CODE, code);
        }
        String rule = record.rule();
        if (rule != null) {
            attributes.put(SpanKeys.RULE, rule);
        }
        line.root("kernel.process_request", record.took(), attributes.build(), status());
    }

    private StatusData status() {
        if (!SpanErrors.isFailure(record.outcome())) {
            return StatusData.unset();
        }
        String failure = record.failure();
        return SpanLine.error(failure == null ? record.outcome().label() : failure);
    }

    private void lookup(long root) {
        Attributes attributes = Attributes.of(
                SpanKeys.ROUTE,
                record.routeName(),
                SpanKeys.MATCHED,
                record.choice().matched().label());
        line.span(
                "kernel.route_lookup",
                SpanNumbers.lookup(root),
                root,
                0,
                record.spanTimes().lookupNanos(),
                attributes,
                StatusData.unset());
    }

    private void chain(long root, ChainPart part, List<CallRecord> calls) {
        long id = SpanNumbers.chain(root, part);
        long begins = calls.getFirst().began();
        long ends = begins;
        boolean failed = false;
        for (CallRecord call : calls) {
            new CallTrace(record, call, line).make(id);
            ends = Math.max(ends, endOf(call));
            failed |= SpanErrors.hasFailed(call) && !SpanErrors.isPassedOver(call);
        }
        line.span(
                "kernel.execute_policy_chain",
                id,
                root,
                begins,
                ends - begins,
                attributes(part, calls),
                failed ? SpanLine.error("") : StatusData.unset());
        conversion(root, part, ends);
    }

    /**
     * Returns the time at which the call's result was applied. If the call never ended, returns the time at which the
     * exchange ended.
     */
    private long endOf(CallRecord call) {
        return call.took() < 0 ? record.took() : call.began() + call.took() + call.foldNanos();
    }

    private Attributes attributes(ChainPart part, List<CallRecord> calls) {
        List<EntryRecord> entries = new ArrayList<>();
        calls.forEach(call -> entries.addAll(CallTrace.entriesOf(record, call)));
        boolean partial = calls.stream().anyMatch(SpanErrors::isPassedOver)
                || entries.stream().anyMatch(SpanErrors::isPassedOver);
        AttributesBuilder attributes = Attributes.builder()
                .put(SpanKeys.ROUTE, record.routeName())
                .put(SpanKeys.PHASE, part.label())
                .put(SpanKeys.MODE, calls.getFirst().mode())
                .put(SpanKeys.TOTAL_POLICIES, (long) entries.size())
                .put(
                        SpanKeys.TOTAL_WORKERS,
                        calls.stream().map(CallRecord::worker).distinct().count())
                .put(SpanKeys.PARTIAL, partial);
        String failed = calls.stream()
                .filter(call -> SpanErrors.hasFailed(call)
                        || CallTrace.entriesOf(record, call).stream().anyMatch(SpanErrors::hasFailed))
                .map(CallRecord::worker)
                .distinct()
                .collect(Collectors.joining(","));
        return failed.isEmpty()
                ? attributes.build()
                : attributes.put(SpanKeys.FAILED_WORKER, failed).build();
    }

    /** Adds the span from the end of the chain to the answer to Envoy. Adds nothing if there is no answer. */
    private void conversion(long root, ChainPart part, long from) {
        long until = Long.MAX_VALUE;
        for (MessageRecord message : record.messages()) {
            if (!message.isSent() && message.first() >= from) {
                until = Math.min(until, message.first());
            }
        }
        if (until < Long.MAX_VALUE) {
            line.span(
                    "kernel.response_conversion",
                    SpanNumbers.conversion(root, part),
                    root,
                    from,
                    until - from,
                    Attributes.of(SpanKeys.PHASE, part.label()),
                    StatusData.unset());
        }
    }
}
