package io.policyengine.benchmarks.policies;

import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.ParamsBinder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** A row of the table of costs: a policy with its parameters, and a message. */
@Doc("A row of the table of costs.")
record PolicyCost(
        @Doc("Name of the row.") String name,
        @Doc("Name of the policy.") String policy,
        @Doc("The work that is measured.") String does,
        @Doc("Parameters of the policy.") @Default("{}") ObjectNode params,
        @Doc("Method of the request.") @Default("\"GET\"") String method,

        @Doc("Path of the request, with its query.")
        @Default("\"" + MeasuredPolicy.PATH + "?" + MeasuredPolicy.QUERY + "\"")
        String path,

        @Doc("Fields of the request, in addition to the usual ones.") @Default("{}")
        Map<String, String> headers,

        @Doc("Envoy's attributes of the request, in addition to the client's address.") @Default("{}")
        Map<String, String> attributes,

        @Doc("Body of the request.") @Nullable String body,

        @Doc("Metadata that earlier policies have set.") @Default("{}")
        Map<String, JsonNode> metadata,

        @Doc("The token that an earlier policy of the worker has validated.") @Nullable
        String validatedToken,

        @Doc("Fields of the response, in addition to the usual ones; if set, the response phase is measured.") @Nullable
        Map<String, String> response,

        @Doc("Status of the answer to the client; without it, the request passes.") @Nullable
        Integer answers,

        @Doc("Kind of a long body with which the policy is also measured; by default none.") @Nullable
        SampleBody mebibyte,

        @Doc("True if the policy is also measured with a stream of events.") @Default("false")
        boolean events,

        @Doc("Maximum microseconds that the policy should take.") @Nullable
        Double aim) {
    private static final String FILE = "/policy-costs.yaml";
    private static final ParamsBinder<PolicyCost> BINDER = ParamsBinder.of(PolicyCost.class);

    static List<PolicyCost> all() {
        try (InputStream file = Objects.requireNonNull(PolicyCost.class.getResourceAsStream(FILE), FILE)) {
            return StreamSupport.stream(new YAMLMapper().readTree(file).spliterator(), false)
                    .map(PolicyCost::of)
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static PolicyCost named(String name) {
        return all().stream().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
    }

    SampleBody sample() {
        return mebibyte == null ? SampleBody.JSON : mebibyte;
    }

    /** Parses a row of the file. Throws if the row has an unknown key. */
    static PolicyCost of(JsonNode row) {
        return switch (BINDER.bind(row)) {
            case BoundParams.Ok<PolicyCost>(PolicyCost cost) -> cost;
            case BoundParams.Invalid<PolicyCost>(var problems) ->
                throw new IllegalArgumentException(row + ": " + problems);
        };
    }
}
