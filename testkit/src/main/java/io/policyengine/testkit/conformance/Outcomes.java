package io.policyengine.testkit.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.testkit.conformance.ConformanceCase.Expectation;
import io.policyengine.testkit.conformance.ConformanceCase.Reached;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.model.FilterCounter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Compares the result of an exchange with the expectation of its case. Each check returns a description of the
 * mismatch, or null.
 */
final class Outcomes {
    private final SimResult result;
    private final Expectation expected;

    private Outcomes(SimResult result, Expectation expected) {
        this.result = result;
        this.expected = expected;
    }

    static @Nullable String mismatch(SimResult result, ConformanceCase testCase) {
        Outcomes outcomes = new Outcomes(result, testCase.expect());
        return first(
                outcomes.client(),
                outcomes.upstream(),
                testCase.expect().bodiesIntact() ? outcomes.bodies(testCase) : null,
                outcomes.filter(),
                outcomes.forms());
    }

    private @Nullable String client() {
        SimResponse response = result.response();
        return first(
                differs("status", expected.status(), response.status()),
                differs("the client's response broken off", expected.reset(), result.reset()),
                differs("the client's body", expected.body(), text(response.bodyBytes())),
                differs("the client's body", expected.bodyHex(), hex(response.bodyBytes())),
                fields("the client's header", expected.headers(), response.headers()),
                fields(
                        "the client's trailer",
                        expected.trailers(),
                        Objects.requireNonNullElse(response.trailers(), HeaderMap.empty())));
    }

    private @Nullable String upstream() {
        Reached wanted = expected.upstream();
        SimRequest reached = result.upstream();
        boolean asked = wanted.method() != null
                || wanted.path() != null
                || wanted.authority() != null
                || wanted.body() != null
                || !wanted.headers().isEmpty();
        String missed = differs("the upstream reached", asked ? Boolean.TRUE : wanted.reached(), reached != null);
        return missed != null || reached == null
                ? missed
                : first(
                        differs("the upstream's method", wanted.method(), reached.method()),
                        differs("the upstream's path", wanted.path(), reached.path()),
                        differs("the upstream's authority", wanted.authority(), reached.authority()),
                        differs("the upstream's body", wanted.body(), text(reached.bodyBytes())),
                        fields("the upstream's header", wanted.headers(), reached.headers()));
    }

    private @Nullable String bodies(ConformanceCase testCase) {
        SimRequest reached = result.upstream();
        ByteString sent = SimInputs.request(testCase.client()).bodyBytes();
        ByteString replied = SimInputs.response(testCase.upstream()).bodyBytes();
        if (reached == null) {
            return "the upstream was not reached";
        }
        return first(
                sent.equals(reached.bodyBytes()) ? null : "the request's body has changed",
                replied.equals(result.response().bodyBytes()) ? null : "the response's body has changed");
    }

    private @Nullable String filter() {
        for (Map.Entry<String, Integer> counter : expected.counters().entrySet()) {
            int counted = result.counter(FilterCounter.valueOf(counter.getKey().toUpperCase(Locale.ROOT)));
            String wrong = differs(counter.getKey(), counter.getValue(), counted);
            if (wrong != null) {
                return wrong;
            }
        }
        Map<String, Map<String, JsonNode>> metadata = expected.metadata();
        return metadata == null ? null : written(metadata);
    }

    private @Nullable String written(Map<String, Map<String, JsonNode>> wanted) {
        Map<String, Struct> written = result.dynamicMetadata();
        if (!written.keySet().equals(wanted.keySet())) {
            return "dynamic metadata of " + written.keySet() + ", expected " + wanted.keySet();
        }
        for (Map.Entry<String, Struct> namespace : written.entrySet()) {
            Map<String, JsonNode> values = Objects.requireNonNull(wanted.get(namespace.getKey()));
            for (Map.Entry<String, JsonNode> value : values.entrySet()) {
                Value got = namespace.getValue().getFieldsMap().get(value.getKey());
                String wrong = differs(
                        "dynamic metadata " + value.getKey(),
                        value.getValue().asString(),
                        got == null ? "" : got.getStringValue());
                if (wrong != null) {
                    return wrong;
                }
            }
        }
        return null;
    }

    private @Nullable String forms() {
        return expected.forms().stream()
                .map(rule -> AnswerForms.fault(rule, result.received()))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String fields(String what, Map<String, JsonNode> wanted, HeaderMap got) {
        for (Map.Entry<String, JsonNode> field : wanted.entrySet()) {
            JsonNode value = field.getValue();
            List<String> values = value.isNull()
                    ? List.of()
                    : value.isArray()
                            ? value.valueStream().map(JsonNode::asString).toList()
                            : List.of(value.asString());
            String wrong = differs(what + " " + field.getKey(), values, got.getAll(field.getKey()));
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }

    private static @Nullable String differs(String what, @Nullable Object wanted, Object got) {
        return wanted == null || wanted.equals(got) ? null : what + ": " + shown(got) + ", expected " + shown(wanted);
    }

    private static String shown(Object value) {
        String text = value.toString();
        return text.length() <= 60 ? text : text.substring(0, 57) + "...";
    }

    private static String text(ByteString bytes) {
        return bytes.toString(ISO_8859_1);
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    static @Nullable String first(@Nullable String... wrongs) {
        for (String wrong : wrongs) {
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }
}
