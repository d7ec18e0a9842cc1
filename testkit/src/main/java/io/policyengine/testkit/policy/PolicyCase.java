package io.policyengine.testkit.policy;

import io.policyengine.core.http.PathFault;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.StringOrList;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A case of a case file; see {@link PolicyCases}. */
record PolicyCase(
        @Doc("A sentence that says what holds.") String name,
        @Doc("Parameters of the policy.") @Default("{}") ObjectNode params,

        @Doc("Files by path, as they are when the policy is made.") @Default("{}")
        Map<String, String> files,

        @Doc("Parameters that the worker's settings give, under those of the entry.") @Default("{}")
        ObjectNode settings,

        @Doc("Targets by name or URL, and what they answer: the first that has the path, or none. Otherwise 404.")
        @Default("{}")
        Map<String, List<Answer>> targets,

        @Doc(
                "Servers that are spoken to in bytes, by address, and what they answer: the first answer whose conditions hold for all that"
                        + " has come since the last one. None holds: they wait for more.")
        @Default("{}")
        Map<String, List<ByteAnswer>> byteTargets,

        @Doc(
                "Stores that instances share, by name, and how they are: `up`, or the kind of failure of whatever is asked: "
                        + "`timeout`, `unreachable`, `breaker_open`, …")
        @Default("{}")
        Map<String, String> stores,

        @Doc("Names of sinks that there are.") @Default("[]")
        List<String> sinks,

        @Doc("Kinds of paths that the route allows.") @Default("[]")
        List<PathFault> allowInPath,

        @Doc("Problems that the parameters have: nothing else, in any order.") @Default("[]")
        List<Wrong> invalid,

        @Doc("What happens one after another.") @Default("[]")
        List<Step> steps) {

    record Wrong(
            @Doc("JSON Pointer to the value.") String at,
            @Doc("Part of the message.") @Default("\"\"") String says) {}

    record Step(
            @Doc("Time that passes before, in milliseconds.") @Default("0")
            Duration advanceMs,

            @Doc("Files that are written before.") @Default("{}")
            Map<String, String> write,

            @Doc("Files that are deleted before.") @Default("[]")
            List<String> delete,

            @Doc("Targets that answer so from now on.") @Default("{}")
            Map<String, List<Answer>> targets,

            @Doc("Servers that answer so from now on, on new connections.") @Default("{}")
            Map<String, List<ByteAnswer>> byteTargets,

            @Doc("Stores that are so from now on.") @Default("{}")
            Map<String, String> stores,

            @Doc("How often the step is done.") @Default("1")
            int times,

            @Doc("Metadata that earlier policies left.") @Default("{}")
            Map<String, JsonNode> metadata,

            @Doc("What Envoy's filters left: the fields of each namespace.") @Default("{}")
            Map<String, ObjectNode> envoy,

            @Doc("A request; the default one if there is none.") @Default("{}")
            Request request,

            @Doc("A response to it; then the response phase runs, and the expectation is about the response.") @Nullable
            Response response,

            @Doc("Trailers of the request, which comes before.") @Nullable
            Map<String, StringOrList> requestTrailers,

            @Doc("Trailers of the response, which comes before. An empty map: Envoy made them itself.") @Nullable
            Map<String, StringOrList> responseTrailers,

            @Doc("Whether the request phase runs before the response phase; the request must pass then.")
            @Default("false")
            boolean bothPhases,

            @Doc(
                    "The body in chunks, for a policy that takes it so: of the response if there is one, else of the request.")
            @Nullable
            List<String> chunks,

            @Doc("What becomes of it.") @Default("{}") Expect expect) {}

    record Answer(
            @Doc("Path and query below the target's URL, as the policy gives it; empty for none. Absent: any.")
            @Nullable
            String path,

            @Default("200") int status,
            @Default("{}") Map<String, StringOrList> headers,
            @Default("\"\"") String body,
            @Doc("The body as JSON.") @Nullable JsonNode json,

            @Doc("Time that it takes, in milliseconds; each answer of the target then takes the longest of them.")
            @Default("0")
            Duration afterMs,

            @Doc("Kind of failure in place of an answer: `timeout`, `unreachable`, `breaker_open`, `overloaded`, …")
            @Nullable
            String fails) {}

    record ByteAnswer(
            @Doc("What has come contains this. Absent: anything.") @Default("\"\"")
            String contains,

            @Doc("What has come ends with this.") @Default("\"\"")
            String ends,

            @Doc("The bytes of the answer.") @Default("\"\"")
            String answer,

            @Doc("Kind of failure in place of an answer: `unreachable`, …") @Nullable
            String fails) {}

    record Sent(
            String target,
            @Nullable String method,
            @Nullable String path,

            @Doc("Header fields: a value, or null for none.") @Default("{}")
            Map<String, JsonNode> headers,

            @Nullable String body,
            @Doc("The body as JSON.") @Nullable JsonNode json) {}

    record Request(
            @Default("\"GET\"") String method,
            @Default("\"/\"") String path,
            @Default("{}") Map<String, StringOrList> headers,
            @Default("\"192.0.2.1\"") String client,
            @Default("{}") Map<String, String> attributes,
            @Nullable String body) {}

    record Response(
            @Default("200") int status,
            @Default("{}") Map<String, StringOrList> headers,
            @Nullable String body) {}

    record Expect(
            @Doc("Status of the denial, else of the response. A request without it must pass.") @Nullable
            Integer status,

            @Doc("Reason of the denial.") @Nullable String reason,

            @Doc("Code with which the policy fails.") @Nullable
            String failure,

            @Doc(
                    "Header fields of the denial, the request or the response: a value, a list of all values, or null for none.")
            @Default("{}")
            Map<String, JsonNode> headers,

            @Doc("Fields of the trailers: a value, a list of all values, or null for none.") @Default("{}")
            Map<String, JsonNode> trailers,

            @Doc("Header fields that the request leaves for the response: a value, or null for none.") @Default("{}")
            Map<String, JsonNode> responseHeaders,

            @Nullable String method,
            @Nullable String path,
            @Nullable String authority,

            @Doc("Metadata afterwards: the value, or null for none.") @Default("{}")
            Map<String, JsonNode> metadata,

            @Doc("The body as text; of chunks all that went on.") @Nullable
            String body,

            @Doc("What went on of each chunk.") @Nullable List<String> chunks,
            @Doc("The body as JSON.") @Nullable JsonNode json,

            @Doc("What targets were asked in the step, in order: nothing else.") @Nullable
            List<Sent> callouts) {}
}
