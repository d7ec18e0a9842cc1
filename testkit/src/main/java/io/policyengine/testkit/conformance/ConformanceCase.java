package io.policyengine.testkit.conformance;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.StringOrList;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A conformance case from a data file: an exchange of {@code EnvoySim}, or a sequence of messages, with the permitted
 * answers.
 */
public record ConformanceCase(
        @Doc("C and two digits.") String id,
        @Doc("The rule, in a sentence.") String title,

        @Doc("The source of the rule: ext_proc's documentation, or the behaviour of Envoy's filter.")
        String source,

        @Doc("The behaviour that the server must have; see Behaviour.") @Default("\"any\"")
        String needs,

        @Doc("The filter's configuration.") @Default("{}") Filter envoy,

        @Doc("What the client sends.") @Default("{}") Request client,

        @Doc("What the upstream answers.") @Default("{}") Reply upstream,

        @Doc("How many times the exchange runs on one connection.") @Default("1")
        int times,

        @Doc("Single messages, instead of client and upstream.") @Default("[]")
        List<Step> raw,

        @Doc("Whether another exchange on the same connection must succeed afterwards.") @Default("false")
        boolean servesAfterwards,

        @Doc("The expected result.") @Default("{}") Expectation expect,

        @Doc("Why the case cannot be observed from outside, and the tests that cover it instead.") @Nullable
        Elsewhere elsewhere) {

    /** The configuration of Envoy's filter in a case. Omitted parts have Envoy's defaults. */
    public record Filter(
            @Doc("1.34, 1.36 or 1.40.") @Default("\"1.36\"") String version,

            @Default("{}") Mode request,
            @Default("{}") Mode response,
            @Default("false") boolean allowModeOverride,
            @Default("false") boolean bodyWithoutWaiting,
            @Default("false") boolean observability,
            @Default("false") boolean gracefulClose,
            @Default("false") boolean allowAllRouting,

            @Doc("Whether bodies arrive together with their headers.") @Default("false")
            boolean bodiesArriveWithHeaders,

            @Default("1048576") int bufferLimit,

            @Doc("message_timeout; by default half of the time limit of a case.") @Nullable
            Duration messageTimeoutMs,

            @Default("0") Duration maxMessageTimeoutMs,
            @Default("[]") List<String> receivingNamespaces,

            @Doc("Untyped dynamic metadata that is forwarded: namespace, key, value.") @Default("{}")
            Map<String, Map<String, String>> metadata,

            @Doc("Namespaces of typed dynamic metadata that are forwarded.") @Default("[]")
            List<String> typedMetadata,

            @Doc("Whether the route's name is sent as an attribute.") @Default("true")
            boolean attributes) {}

    /** The parts of a message in one direction that Envoy sends to the server. */
    public record Mode(
            @Default("true") boolean headers,

            @Doc("As in ProcessingMode.BodySendMode.") @Default("\"NONE\"")
            String body,

            @Default("false") boolean trailers) {}

    public record Request(
            @Default("\"GET\"") String method,
            @Default("\"/\"") String path,
            @Default("{}") Map<String, StringOrList> headers,

            @Doc("The chunks as they arrive.") @Default("[]")
            List<String> body,

            @Doc("Chunks of letters, in place of body.") @Nullable
            Bulk bulk,

            @Doc("Whether content-length is sent.") @Default("false")
            boolean contentLength,

            @Nullable Map<String, StringOrList> trailers,

            @Doc("Moment at which the client hangs up.") @Nullable
            String hangsUp) {}

    public record Reply(
            @Default("200") int status,
            @Default("{}") Map<String, StringOrList> headers,
            @Default("[]") List<String> body,
            @Nullable Bulk bulk,
            @Default("false") boolean contentLength,
            @Nullable Map<String, StringOrList> trailers,

            @Doc("Whether the upstream answers before the request's body has arrived.") @Default("false")
            boolean early,

            @Doc("Whether the upstream never answers.") @Default("false")
            boolean silent) {}

    /** A generated body of several chunks, each of {@code bytes} bytes. */
    public record Bulk(int chunks, int bytes) {}

    /** A step of a case that is a sequence of messages. Exactly one of its parts is set. */
    public record Step(
            @Nullable RawMessage send,

            @Doc("The answer that must come next, or `immediate_response`.") @Nullable
            String await,

            @Doc("The time during which no answer may arrive.") @Nullable
            Duration quietMs,

            @Doc("half_close, reset or leave.") @Nullable String stream,

            @Doc("How the stream must end: ok, error.") @Default("[]")
            List<String> end) {}

    /** A message of a raw sequence. The protobuf oneof is unset if the case names no kind of message. */
    public record RawMessage(
            @Nullable Map<String, StringOrList> requestHeaders,
            @Nullable String requestBody,
            @Nullable Map<String, StringOrList> requestTrailers,
            @Nullable Map<String, StringOrList> responseHeaders,
            @Nullable String responseBody,
            @Default("false") boolean end,

            @Doc("Whether the message has an unknown field.") @Default("false")
            boolean unknownField,

            @Default("false") boolean observability) {}

    /** The expected result of an exchange. Omitted parts are not checked. */
    public record Expectation(
            @Doc("The answers in order; `*` any number, `+` at least one, `?` at most one, `x3` three of them.")
            @Default("[]")
            List<String> answers,

            @Doc("The client's status.") @Nullable Integer status,

            @Doc("The client's headers; null: absent.") @Default("{}")
            Map<String, JsonNode> headers,

            @Doc("The client's body.") @Nullable String body,

            @Doc("The client's body in hexadecimal digits.") @Nullable
            String bodyHex,

            @Doc("The client's trailers; null: absent.") @Default("{}")
            Map<String, JsonNode> trailers,

            @Doc("Whether the client's response was aborted.") @Nullable
            Boolean reset,

            @Doc("Whether both bodies pass unchanged.") @Default("false")
            boolean bodiesIntact,

            @Doc("What the upstream receives.") @Default("{}")
            Reached upstream,

            @Doc("Ways in which the stream may end: left, ok, error.") @Default("[\"left\"]")
            List<String> ends,

            @Doc("All dynamic metadata that the server writes, by namespace.") @Nullable
            Map<String, Map<String, JsonNode>> metadata,

            @Doc("Counters of the filter, by name.") @Default("{}")
            Map<String, Integer> counters,

            @Doc("Rules about the form of answers; see AnswerForms.") @Default("[]")
            List<String> forms) {}

    /** The expected request at the upstream. */
    public record Reached(
            @Nullable Boolean reached,
            @Nullable String method,
            @Nullable String path,
            @Nullable String authority,
            @Nullable String body,

            @Doc("Header fields: a value, a list of all values, or null for none.") @Default("{}")
            Map<String, JsonNode> headers) {}

    /** The engine's own tests that cover a case which cannot be observed from outside. */
    public record Elsewhere(
            String because,
            @Doc("CLASS#METHOD of the engine's tests.") List<String> tests) {}

    /** Returns the behaviour that the case needs; throws IllegalArgumentException if its name is unknown. */
    public Behaviour behaviour() {
        return Behaviour.of(needs).orElseThrow(() -> new IllegalArgumentException(id + ": unknown behaviour " + needs));
    }
}
