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

/** A test case of a policy, as written in a case file; see {@link PolicyCases}. */
record PolicyCase(
        @Doc("The expected behaviour, in a sentence.") String name,
        @Doc("Parameters of the policy.") @Default("{}") ObjectNode params,

        @Doc("Files by path, present when the policy is created.") @Default("{}")
        Map<String, String> files,

        @Doc("Parameters from the worker's settings; those of the entry override them.") @Default("{}")
        ObjectNode settings,

        @Doc("Answers by target name or URL. The first answer with the request's path or without a path applies; if"
                + " there is none, 404.")
        @Default("{}")
        Map<String, List<Answer>> targets,

        @Doc("Byte-protocol servers by address, and their answers: the first whose conditions hold for the bytes"
                + " received since the last answer. If none holds, the server waits for more.")
        @Default("{}")
        Map<String, List<ByteAnswer>> byteTargets,

        @Doc("Shared stores by name, and their state: `up`, or the kind of failure of every operation: "
                + "`timeout`, `unreachable`, `breaker_open`, …")
        @Default("{}")
        Map<String, String> stores,

        @Doc("Names of the defined sinks.") @Default("[]") List<String> sinks,

        @Doc("Kinds of paths that the route allows.") @Default("[]")
        List<PathFault> allowInPath,

        @Doc("Exactly the problems that the parameters have, in any order.") @Default("[]")
        List<Wrong> invalid,

        @Doc("The steps, in order.") @Default("[]") List<Step> steps) {

    record Wrong(
            @Doc("JSON Pointer to the value.") String at,
            @Doc("Part of the message.") @Default("\"\"") String says) {}

    record Step(
            @Doc("Time that passes before the step, in milliseconds.") @Default("0")
            Duration advanceMs,

            @Doc("Files that are written before the step.") @Default("{}")
            Map<String, String> write,

            @Doc("Files that are deleted before the step.") @Default("[]")
            List<String> delete,

            @Doc("New answers of targets, from this step on.") @Default("{}")
            Map<String, List<Answer>> targets,

            @Doc("New answers of byte-protocol servers, from this step on, for new connections.") @Default("{}")
            Map<String, List<ByteAnswer>> byteTargets,

            @Doc("New states of stores, from this step on.") @Default("{}")
            Map<String, String> stores,

            @Doc("How many times the step runs.") @Default("1")
            int times,

            @Doc("Metadata that earlier policies have set.") @Default("{}")
            Map<String, JsonNode> metadata,

            @Doc("The token that an earlier policy of the worker has validated.") @Nullable
            String validatedToken,

            @Doc("Metadata of Envoy's filters: the fields of each namespace.") @Default("{}")
            Map<String, ObjectNode> envoy,

            @Doc("The request; a default one if absent.") @Default("{}")
            Request request,

            @Doc("The response. If set, the response phase runs, and the expectation applies to the" + " response.")
            @Nullable
            Response response,

            @Doc("Trailers that follow the request.") @Nullable
            Map<String, StringOrList> requestTrailers,

            @Doc("Trailers that follow the response. An empty map: Envoy added them itself.") @Nullable
            Map<String, StringOrList> responseTrailers,

            @Doc("Whether the request phase runs before the response phase; the request must pass then.")
            @Default("false")
            boolean bothPhases,

            @Doc(
                    "Chunks of a body, for a policy that reads chunks: the response's body if there is a response, otherwise the request's.")
            @Nullable
            List<String> chunks,

            @Doc("The expected result.") @Default("{}") Expect expect) {}

    record Answer(
            @Doc("Path and query that the policy adds to the target's URL; empty for none. Absent: any.") @Nullable
            String path,

            @Default("200") int status,
            @Default("{}") Map<String, StringOrList> headers,
            @Default("\"\"") String body,
            @Doc("The body as JSON.") @Nullable JsonNode json,

            @Doc("Delay in milliseconds; the longest delay of a target applies to each of its answers.") @Default("0")
            Duration afterMs,

            @Doc("Kind of failure instead of an answer: `timeout`, `unreachable`, `breaker_open`, `overloaded`, …")
            @Nullable
            String fails) {}

    record ByteAnswer(
            @Doc("Text that the received bytes contain. Absent: anything.") @Default("\"\"")
            String contains,

            @Doc("Text that the received bytes end with.") @Default("\"\"")
            String ends,

            @Doc("The bytes of the answer.") @Default("\"\"")
            String answer,

            @Doc("Kind of failure instead of an answer: `unreachable`, …") @Nullable
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
            @Doc("Status of the denial or, if there is none, of the response. Without it, a request must" + " pass.")
            @Nullable
            Integer status,

            @Doc("Reason of the denial.") @Nullable String reason,

            @Doc("Exact code of the denial, for operators.") @Nullable
            String code,

            @Doc("Name of the rule that denies, for operators.") @Nullable
            String rule,

            @Doc("Code with which the policy fails.") @Nullable
            String failure,

            @Doc(
                    "Header fields of the denial, the request or the response: a value, a list of all values, or null for none.")
            @Default("{}")
            Map<String, JsonNode> headers,

            @Doc("Fields of the trailers: a value, a list of all values, or null for none.") @Default("{}")
            Map<String, JsonNode> trailers,

            @Doc("Header fields that the request phase sets on the response: a value, or null for none.") @Default("{}")
            Map<String, JsonNode> responseHeaders,

            @Nullable String method,
            @Nullable String path,
            @Nullable String authority,

            @Doc("Metadata after the policy: a value, or null if absent.") @Default("{}")
            Map<String, JsonNode> metadata,

            @Doc("The body as text; with chunks, the concatenated output.") @Nullable
            String body,

            @Doc("The output for each chunk.") @Nullable List<String> chunks,
            @Doc("The body as JSON.") @Nullable JsonNode json,

            @Doc("Exactly the requests to targets in the step, in order.") @Nullable
            List<Sent> callouts) {}
}
