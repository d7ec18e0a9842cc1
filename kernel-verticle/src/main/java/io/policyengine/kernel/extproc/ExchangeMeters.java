package io.policyengine.kernel.extproc;

import io.micrometer.core.instrument.Counter;
import io.policyengine.core.config.Priority;
import io.policyengine.core.http.PathFault;
import io.policyengine.core.http.RequestFault;
import io.policyengine.kernel.metrics.AnswerKind;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.metrics.RouteMeters;
import io.policyengine.kernel.recorder.Outcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** Counts the outcomes of exchanges, and faults in paths, methods and hosts. */
final class ExchangeMeters {
    private final Map<Outcome, Counter> counters = new EnumMap<>(Outcome.class);

    private final Map<PathFault, Counter> pathsRefused = new EnumMap<>(PathFault.class);

    private final Map<RequestFault, Counter> requestsRefused = new EnumMap<>(RequestFault.class);

    private final Map<IllegalMessage, Counter> illegalMessages = new EnumMap<>(IllegalMessage.class);

    private final Counter ignoredMessages;
    private final Counter ignoredMetadata;

    private final Map<Priority, Map<Overload, Counter>> refused = new EnumMap<>(Priority.class);

    ExchangeMeters(KernelMeters meters) {
        for (Priority priority : Priority.values()) {
            Map<Overload, Counter> byLimit = new EnumMap<>(Overload.class);
            for (Overload limit : Overload.values()) {
                byLimit.put(limit, meters.refusedExchanges(priority, limit.label()));
            }
            refused.put(priority, byLimit);
        }
        ignoredMessages = meters.ignoredMessages();
        ignoredMetadata = meters.ignoredMetadata();
        for (Outcome outcome : Outcome.values()) {
            counters.put(outcome, meters.exchanges(outcome.label()));
        }
        for (IllegalMessage kind : IllegalMessage.values()) {
            illegalMessages.put(kind, meters.illegalMessages(kind.label()));
        }
        for (PathFault fault : PathFault.values()) {
            pathsRefused.put(fault, meters.pathsRefused(fault.text()));
        }
        for (RequestFault fault : RequestFault.values()) {
            requestsRefused.put(fault, meters.requestsRefused(fault.text()));
        }
    }

    void refused(Priority priority, Overload limit) {
        Objects.requireNonNull(Objects.requireNonNull(refused.get(priority)).get(limit))
                .increment();
    }

    void requestRefused(RequestFault fault) {
        Objects.requireNonNull(requestsRefused.get(fault)).increment();
    }

    void pathRefused(PathFault fault) {
        Objects.requireNonNull(pathsRefused.get(fault)).increment();
    }

    void messageRefused(IllegalMessage kind) {
        Objects.requireNonNull(illegalMessages.get(kind)).increment();
    }

    void messageIgnored() {
        ignoredMessages.increment();
    }

    void metadataIgnored() {
        ignoredMetadata.increment();
    }

    /**
     * Counts an ended exchange. The outcome is counted last. A reader that sees it thus also sees the exchange's other
     * counts.
     */
    void ended(RouteMeters route, int calls, Outcome how, AnswerKind answer) {
        route.answered(answer);
        if (calls > 0) {
            route.callsPerExchange().record(calls);
        } else {
            route.withoutWorker().count(how.statusWithoutWorker());
        }
        count(how);
    }

    void count(Outcome outcome) {
        Objects.requireNonNull(counters.get(outcome)).increment();
    }
}
