package io.policyengine.testkit.envoy;

import com.google.protobuf.Struct;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest.RequestCase;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.policyengine.testkit.envoy.model.FilterCounter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of an exchange.
 *
 * @param response the response as received by the client; its status is 0 if none arrived
 * @param reset true if the response was aborted, or the client disconnected
 * @param upstream the request as received by the upstream; null if it did not arrive
 * @param upstreamComplete true if the upstream received the complete request
 * @param details Envoy's response code details, as in the access log's %RESPONSE_CODE_DETAILS%
 * @param counters the filter's statistics; a missing counter is zero
 * @param dynamicMetadata the metadata that the server wrote, by namespace
 * @param sent every message to the server, in order
 * @param received every message from the server, in order
 * @param faults protocol violations by the server, whether or not Envoy reacts to them
 */
public record SimResult(
        SimResponse response,
        boolean reset,
        @Nullable SimRequest upstream,
        boolean upstreamComplete,
        String details,
        Map<FilterCounter, Integer> counters,
        Map<String, Struct> dynamicMetadata,
        List<ProcessingRequest> sent,
        List<ProcessingResponse> received,
        StreamEnd streamEnd,
        List<String> faults) {

    public SimResult {
        counters = Map.copyOf(counters);
        dynamicMetadata = Map.copyOf(dynamicMetadata);
        sent = List.copyOf(sent);
        received = List.copyOf(received);
        faults = List.copyOf(faults);
    }

    /** Returns the status that the client received, or 0 if it received no response. */
    public int status() {
        return response.status();
    }

    public int counter(FilterCounter counter) {
        return counters.getOrDefault(counter, 0);
    }

    /** Returns the request that reached the upstream; throws IllegalStateException if none did. */
    public SimRequest reached() {
        if (upstream == null) {
            throw new IllegalStateException("the upstream was not reached: " + response.status() + " " + details);
        }
        return upstream;
    }

    /** Returns the kinds of all messages to the server, in order. */
    public List<RequestCase> sentCases() {
        return sent.stream().map(ProcessingRequest::getRequestCase).toList();
    }
}
