package io.policyengine.core.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.ResponseContext;
import io.vertx.core.buffer.Buffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvoyMetadataExpressionTest {
    private static final Call CALL = new Call("r", 1, Long.MAX_VALUE / 2, new Cancellation());
    private static final RequestView REQUEST =
            new RequestView("POST", "https", "example.com", "/", HeaderMap.empty(), "192.0.2.1", Map.of(), null, false);
    private static final EnvoyMetadata METADATA = EnvoyMetadata.builder()
            .untyped(
                    "envoy.filters.http.mcp",
                    Map.of("method", "tools/call", "id", 7.0, "params", Map.of("name", "search"), "list", List.of(1.5)))
            .typed(
                    "envoy.ai.request_info",
                    new EnvoyMetadata.Typed(
                            "type.googleapis.com/envoy.data.ai.v3.RequestInfo",
                            Buffer.buffer(HexFormat.of().parseHex("0803" + "12016d" + "1a020801" + "2203088002"))))
            .build();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "envoy.metadata['envoy.filters.http.mcp'].method == 'tools/call'",
                "envoy.metadata['envoy.filters.http.mcp'].id == 7 && envoy.metadata['envoy.filters.http.mcp'].list[0] == 1.5",
                "envoy.metadata['envoy.filters.http.mcp'].params.name in ['search', 'fetch']",
                "envoy.metadata['envoy.ai.request_info'].model == 'm' && envoy.metadata['envoy.ai.request_info'].stream",
                "envoy.metadata['envoy.ai.request_info'].input_llm_protocol == 3",
                "envoy.metadata['envoy.ai.request_info'].max_output_tokens <= 256",
                "!has(envoy.metadata['envoy.ai.request_info'].tool_count)",
                "'envoy.ai.request_info' in envoy.metadata && !('envoy.ai.token_usage' in envoy.metadata)",
                "envoy.metadata[?'other'].optMap(m, m.x).orValue('none') == 'none'",
                "!has(envoy.metadata.other)",
            })
    void looksAtTheFieldsOfANamespace(String text) {
        assertThat(compiled(text).evaluate(new RequestContext(REQUEST, Metadata.empty(), CALL, METADATA)))
                .isTrue();
    }

    @Test
    void looksAtThemOnAResponse() {
        ResponseContext context = new ResponseContext(
                new ResponseView(200, HeaderMap.empty(), null), REQUEST, REQUEST, Metadata.empty(), CALL, METADATA);

        assertThat(((Compiled.Ok<Boolean>) Expression.condition(
                                "envoy.metadata['envoy.ai.request_info'].model == 'm'", Phase.RESPONSE))
                        .expression()
                        .evaluate(context))
                .isTrue();
    }

    @Test
    void aNamespaceThatDidNotComeHasNoFields() {
        assertThatExceptionOfType(PolicyException.class)
                .isThrownBy(() -> compiled("envoy.metadata['envoy.ai.request_info'].model == 'm'")
                        .evaluate(new RequestContext(REQUEST, Metadata.empty(), CALL)))
                .withMessageContaining("missing");
    }

    @Test
    void saysWhichNamespacesItLooksAt() {
        assertThat(compiled("'a' in envoy.metadata && envoy.metadata['b'].x == 1 || has(envoy.metadata.c)"
                                + " || envoy.metadata[?'d'].hasValue()")
                        .facts()
                        .metadataRead())
                .containsExactlyInAnyOrder("a", "b", "c", "d");
        assertThat(compiled("request.path == '/'").facts().metadataRead()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "envoy.metadata[request.path].x == 1 | 1:6",
                "true && envoy.metadata['a' + 'b'].x == 1 | 1:14",
                "envoy.metadata.size() == 0 | 1:6",
                "envoy.metadata.exists(n, n == 'a') | 1:6",
                "request.path in envoy.metadata | 1:22",
                "envoy.metadata == {'a': {'x': 1}} | 1:6",
                "[envoy.metadata].size() == 1 | 1:7",
            })
    void refusesANamespaceThatIsNotWrittenOut(String text, String place) {
        Compiled<Boolean> compiled = Expression.condition(text, Phase.REQUEST);

        assertThat(compiled).isInstanceOf(Compiled.Invalid.class);
        List<ExpressionFault> faults = ((Compiled.Invalid<Boolean>) compiled).faults();
        assertThat(faults).singleElement().satisfies(fault -> {
            assertThat(fault.message()).contains("'envoy.metadata' needs the namespace as a literal");
            assertThat(fault.line() + ":" + fault.column()).isEqualTo(place);
        });
    }

    private static Expression<Boolean> compiled(String text) {
        return switch (Expression.condition(text, Phase.REQUEST)) {
            case Compiled.Ok<Boolean>(var expression) -> expression;
            case Compiled.Invalid<Boolean>(var faults) -> throw new AssertionError(faults);
        };
    }
}
