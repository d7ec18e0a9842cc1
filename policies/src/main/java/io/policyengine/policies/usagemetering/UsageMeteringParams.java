package io.policyengine.policies.usagemetering;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Range;
import io.policyengine.core.sink.SinkRef;
import java.util.List;

/** Parameters of {@code usageMetering}. */
@Doc("Reports what each exchange has used, as a CloudEvent.")
record UsageMeteringParams(
        @Doc("Where events go: a sink of the worker, or one that is written out.") @Default("{\"type\": \"stdout\"}")
        SinkRef sink,

        @Doc(
                "Facts that an event has, where they are known. `model` and `tokens` are read from the body of the response.")
        @Default("[\"consumer\", \"route\", \"status\", \"denied_by\", \"aborted\", \"latency_ms\", \"request_bytes\","
                + " \"response_bytes\", \"verdicts\"]")
        List<UsageField> fields,

        @Doc("Share of the exchanges that are reported, chosen by their request ids.")
        @Default("1")
        @Range(min = 0, max = 1)
        double sample) {
    /** A copy. */
    UsageMeteringParams {
        fields = List.copyOf(fields);
    }

    /** True if the body of the response is read. */
    boolean readsResponse() {
        return fields.contains(UsageField.MODEL) || fields.contains(UsageField.TOKENS);
    }
}
