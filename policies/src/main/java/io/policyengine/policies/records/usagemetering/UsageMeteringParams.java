package io.policyengine.policies.records.usagemetering;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Range;
import io.policyengine.core.sink.SinkRef;
import io.policyengine.policies.ai.shared.modelapi.FactsSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

@Doc("Reports the usage of each exchange as a CloudEvent.")
record UsageMeteringParams(
        @Doc("The sink for events: its name in worker_core.sinks, or its settings.") @Default("{\"type\": \"stdout\"}")
        SinkRef sink,

        @Doc("Facts that an event contains if they are known. `model` and `tokens` are read from the response's "
                + "body. Absent: all but `method`, `path`, `client_address`, `reason` and `code`. `model` and "
                + "`tokens` are then included only if the flow provides the body.")
        @Nullable
        List<UsageField> fields,

        @Doc("Source of model and tokens: `envoy` uses Envoy's AI filters, `body` the response's body. `auto` uses "
                + "the filters if they reported the request, otherwise the body.")
        @Default("\"auto\"")
        FactsSource facts,

        @Doc("Share of the exchanges that are reported; clients cannot influence the choice.")
        @Default("1")
        @Range(min = 0, max = 1)
        double sample) {
    private static final List<UsageField> USUAL = List.of(
            UsageField.CONSUMER,
            UsageField.CONSUMER_ISSUER,
            UsageField.ROUTE,
            UsageField.MODEL,
            UsageField.TOKENS,
            UsageField.STATUS,
            UsageField.DENIED_BY,
            UsageField.ABORTED,
            UsageField.LATENCY_MS,
            UsageField.REQUEST_BYTES,
            UsageField.RESPONSE_BYTES,
            UsageField.VERDICTS);

    UsageMeteringParams {
        fields = fields == null ? null : List.copyOf(fields);
    }

    List<UsageField> reported() {
        return fields == null ? USUAL : fields;
    }

    boolean readsResponse() {
        return reported().contains(UsageField.MODEL) || reported().contains(UsageField.TOKENS);
    }

    /** Returns whether {@code fields} is absent. If so, the body is read only if the flow provides it anyway. */
    boolean doesWithoutBody() {
        return fields == null;
    }
}
