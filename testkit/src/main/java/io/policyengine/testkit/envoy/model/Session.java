package io.policyengine.testkit.envoy.model;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The state that both directions of one exchange share: statistics, metadata and pending actions. */
final class Session {
    private final FilterConfig config;
    private final Map<FilterCounter, Integer> counters = new EnumMap<>(FilterCounter.class);
    private final List<String> faults = new ArrayList<>();
    private final Map<String, Struct> metadata;
    private final Map<String, Struct> written = new LinkedHashMap<>();
    private List<Action> due = new ArrayList<>();
    private String details = "via_upstream";

    /** True once processing has ended. Then no message is sent, answers are ignored, and HTTP passes unchanged. */
    private boolean complete;

    Session(FilterConfig config) {
        this.config = config;
        this.metadata = new LinkedHashMap<>(config.metadata());
    }

    void emit(Action action) {
        due.add(action);
    }

    List<Action> takeDue() {
        List<Action> taken = due;
        due = new ArrayList<>();
        return taken;
    }

    void count(FilterCounter counter) {
        counters.merge(counter, 1, Integer::sum);
    }

    int counted(FilterCounter counter) {
        return counters.getOrDefault(counter, 0);
    }

    Map<FilterCounter, Integer> counters() {
        return Map.copyOf(counters);
    }

    void fault(String fault) {
        faults.add(fault);
    }

    List<String> faults() {
        return List.copyOf(faults);
    }

    /** Sets the response code details; spaces become underscores. */
    void details(String details) {
        this.details = details.replace(' ', '_');
    }

    String details() {
        return details;
    }

    boolean complete() {
        return complete;
    }

    void setComplete() {
        complete = true;
    }

    Map<String, Struct> metadata() {
        return metadata;
    }

    Map<String, Struct> writtenMetadata() {
        return Map.copyOf(written);
    }

    /**
     * Merges the metadata of an answer in receiving_namespaces. Metadata in other namespaces is dropped and counted.
     */
    void receiveMetadata(ProcessingResponse answer) {
        if (!answer.hasDynamicMetadata()) {
            return;
        }
        for (Map.Entry<String, Value> entry :
                answer.getDynamicMetadata().getFieldsMap().entrySet()) {
            if (config.receivingNamespaces().contains(entry.getKey())
                    && entry.getValue().hasStructValue()) {
                Struct value = entry.getValue().getStructValue();
                metadata.merge(entry.getKey(), value, Session::merge);
                written.merge(entry.getKey(), value, Session::merge);
            } else {
                count(FilterCounter.DYNAMIC_METADATA_DROPPED);
            }
        }
    }

    private static Struct merge(Struct earlier, Struct later) {
        return earlier.toBuilder().mergeFrom(later).build();
    }
}
