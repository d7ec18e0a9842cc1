package io.policyengine.policies.traffic.canary;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Range;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

@Doc("Assigns each request to one of several arms (variants) by weight, sets the arm's fields, and lets Envoy choose "
        + "the route again.")
record CanaryParams(
        @Doc(
                value = "The arms. Each request is assigned to one of them.",
                examples =
                        "[{\"name\": \"stable\", \"weight\": 95, \"header\": {\"X-Version\": \"v1\"}}, {\"name\": \"canary\", \"weight\": 5, \"header\": {\"X-Version\": \"v2\"}}]")
        @NonEmpty
        List<Arm> arms,

        @Doc(
                value = "Requests with the same key get the same arm: identity (of an earlier policy, else the client "
                        + "address), client_ip, header:NAME, or a CEL expression with a string as its value "
                        + "(else the client address). If absent, each request gets a random arm.",
                examples = {"\"identity\"", "\"header:X-Tenant\""})
        @Nullable
        String key,

        @Doc("Salt for the choice by key: with different salts, entries choose arms for a key independently of each "
                + "other.")
        @Default("\"\"")
        String salt,

        @Doc(
                value = "Request field in which a client may name an arm. Other values have no effect. The field is "
                        + "removed from the request.",
                examples = "\"X-Canary\"")
        @Nullable
        String overrideHeader) {

    @Doc("One of several variants of a request.")
    record Arm(
            @Doc("Name of the arm, for the metadata and for override_header.")
            @Pattern("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
            String name,

            @Doc("Share of the requests, relative to the weights of the other arms. With 0, the arm is chosen only "
                    + "by override_header.")
            @Range(min = 0, max = 1_000_000)
            int weight,

            @Doc(
                    value = "Request fields that the arm sets. Those of the other arms are removed.",
                    examples = "{\"X-Version\": \"v2\"}")
            @Default("{}")
            Map<String, String> header) {}
}
