package io.policyengine.core.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.ResponseContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ExpressionTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final RequestView REQUEST = new RequestView(
            "GET",
            "https",
            "shop.example",
            "/users/42%3aa?debug=1&name=J%C3%BCrgen&debug=2",
            HeaderMap.of(
                    "x-debug",
                    "on",
                    "accept",
                    "text/html",
                    "accept",
                    "text/plain",
                    "x-name",
                    Octets.fromText("Jürgen")),
            "192.0.2.7",
            Map.of("xds.route_name", "users"),
            null,
            false);
    private static final ResponseView RESPONSE = new ResponseView(503, HeaderMap.of("retry-after", "5"), null);
    private static final Metadata METADATA = metadata("""
            { "identity.id": "alice", "identity.method": "jwt", "identity.roles": ["user", "admin"], "identity.scopes": ["read"],
              "identity.claims": { "org": { "tier": 3 } },
              "flag": true, "score": 7, "ratio": 0.5, "huge": 123456789012345678901234567890, "nothing": null, "list": [1, 2] }
            """);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "request.method == 'GET' && request.scheme == 'https' && request.authority == 'shop.example'",
                "request.path == '/users/42:a' && request.path.endsWith(':' + 'a')",
                "request.path.lowerAscii() != '/a%3a' && !request.path.contains('%') && request.path.matches('^/users/[^%3a]+:a$')",
                "request.raw_path == '/users/42%3aa' && request.raw_path.contains('%3a')",
                "request.query == 'debug=1&name=J%C3%BCrgen&debug=2'",
                "request.query_params.debug == '1' && request.query_params['name'] == 'Jürgen'",
                "request.query_params.size() == 2 && !('page' in request.query_params)",
                "request.headers['x-debug'] == 'on' && request.headers['X-Debug'] == 'on'",
                "request.headers['x-name'] == 'Jürgen'",
                "request.headers.accept == 'text/html' && request.header_values.accept == ['text/html', 'text/plain']",
                "has(request.headers.accept) && !has(request.headers.cookie) && !('cookie' in request.headers)",
                "request.headers[?'cookie'].orValue('none') == 'none'",
                "request.headers.exists(name, name.startsWith('x-') && request.headers[name] == 'on')",
                "request.headers.size() == 3",
                "request.client_address == '192.0.2.7'",
                "request.attributes['xds.route_name'] == 'users'",
                "identity.id == 'alice' && identity.method == 'jwt'",
                "'admin' in identity.roles && identity.scopes == ['read']",
                "identity.roles.exists_one(role, role.endsWith('min'))",
                "has(identity.claims.org.tier) && identity.claims.org.tier >= 2.5 && !has(identity.claims.name)",
                "metadata.flag",
                "metadata.score > 6.5 && metadata.ratio < 1 && metadata.huge > 1e29",
                "metadata['identity.id'] == identity.id",
                "has(metadata.nothing) && metadata.nothing == null && metadata.list[1] == 2",
                "metadata.all(key, key != 'secret')",
                "request.path.matches('^/users/[0-9]+:a$') && matches(request.path, 'users')",
                "request.path.split('/')[2].trim().lowerAscii().upperAscii().substring(1, 2) == '2'",
                "request.path.indexOf('users') == 1",
            })
    void isTrueOfTheRequest(String text) {
        assertThat(condition(text, Phase.REQUEST).evaluate(onRequest(METADATA))).isTrue();
        assertThat(condition(text, Phase.RESPONSE).evaluate(onResponse())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "identity.id == '' && identity.method == ''",
                "identity.roles.size() == 0 && identity.scopes == []",
                "identity.claims.size() == 0 && metadata.size() == 0"
            })
    void isTrueWhereNobodyWasAuthenticated(String text) {
        assertThat(condition(text, Phase.REQUEST).evaluate(onRequest(Metadata.empty())))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "response.status == 503 && response.status >= 500",
                "int(response.headers['retry-after']) < 10 && response.header_values['retry-after'] == ['5']",
                "original_request.method == 'POST' && original_request.path == '/'",
            })
    void isTrueOfTheResponse(String text) {
        assertThat(condition(text, Phase.RESPONSE).evaluate(onResponse())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "2u", "2.0", "request.method.size() - 1", "[1, 2][1]", "dyn(2)", "double('2')"})
    void givesANumber(String text) {
        assertThat(ok(Expression.number(text, Phase.REQUEST))
                        .evaluate(onRequest(METADATA))
                        .doubleValue())
                .isEqualTo(2);
    }

    @Test
    void aNumberIsNoTextAndNoTruth() {
        assertThat(Expression.number("request.method", Phase.REQUEST))
                .isEqualTo(new Compiled.Invalid<Number>(List.of(
                        new ExpressionFault(1, 1, "its type is string, but must be one of: int, uint, double"))));
        assertThat(Expression.number("true", Phase.REQUEST)).isInstanceOf(Compiled.Invalid.class);
        Expression<Number> unknownBefore = ok(Expression.number("dyn('2')", Phase.REQUEST));
        assertThatExceptionOfType(PolicyException.class)
                .isThrownBy(() -> unknownBefore.evaluate(onRequest(METADATA)))
                .withMessageContaining("its value is not a number");
    }

    @Test
    void givesText() {
        Compiled<String> compiled = Expression.text("identity.id + '@' + request.authority", Phase.REQUEST);

        assertThat(ok(compiled).evaluate(onRequest(METADATA))).isEqualTo("alice@shop.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "request.headers.cookie == 'x' -> a missing key (test for it with has(), 'in' or [?key]), at character 15",
                "int(request.path) > 3 -> an argument that cannot be converted, at character 3",
                "metadata.list[2] == 1 -> an index outside of its list, at character 13",
                "1 / (request.method.size() - 3) > 1 -> a division by zero, at character 2",
                "metadata.score.startsWith('7') -> values of incompatible types, at character 25",
                "metadata.score -> its value is not a bool",
            })
    void hasNoValueAndQuotesNothing(String textAndReason) {
        int arrow = textAndReason.indexOf(" -> ");
        Expression<Boolean> condition = condition(textAndReason.substring(0, arrow), Phase.REQUEST);

        assertThatExceptionOfType(PolicyException.class)
                .isThrownBy(() -> condition.evaluate(onRequest(METADATA)))
                .withMessage("an expression cannot be evaluated: " + textAndReason.substring(arrow + 4))
                .returns(ErrorCode.INVALID_REQUEST, PolicyException::code);
    }

    @Test
    void endsAfterAThousandIterationsHoweverTheyAreNested() {
        String names = IntStream.range(0, 40).mapToObj(Integer::toString).collect(Collectors.joining(", ", "[", "]"));
        Expression<Boolean> nested =
                condition("%s.all(x, %s.all(y, x + y >= 0))".formatted(names, names), Phase.REQUEST);

        assertThatExceptionOfType(PolicyException.class)
                .isThrownBy(() -> nested.evaluate(onRequest(METADATA)))
                .withMessageContaining("more than 1000 iterations");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            quoteCharacter = '"',
            value = {
                "request.method == 'GET' && request.client_address == '192.0.2.7' -> ",
                "identity.id == '' -> uses_identity",
                "identity.claims[?'plan'].orValue('') == 'free' -> uses_identity",
                "metadata['identity.id'] == '' && has(metadata.flag) -> uses_identity",
                "metadata.risk > 0.8 -> ",
                "request.headers['X-Tenant'] == 'a' -> reads_header:x-tenant",
                "request.headers[?'x-tenant'].orValue('') == 'a' -> reads_header:x-tenant",
                "request.headers.?accept.orValue('') == 'a' -> reads_header:accept",
                "has(request.headers.accept) && request.header_values.host == ['a'] -> reads_header:accept reads_header:host",
                "'x-debug' in request.headers || 'admin' in identity.roles -> reads_header:x-debug uses_identity",
                "request.headers[request.method] == 'a' -> reads_header:*",
                "request.header_values.exists(name, name.startsWith('x-')) -> reads_header:*",
                "request.headers.size() > 3 -> reads_header:*",
            })
    void saysWhatItLooksAt(String text, @Nullable String facts) {
        assertThat(String.join(" ", condition(text, Phase.REQUEST).facts().codes()))
                .isEqualTo(facts == null ? "" : facts);
    }

    /** Headers of the request are not what response policies read, set and remove. */
    @Test
    void looksInTheResponsePhaseAtTheHeadersOfTheResponse() {
        Expression<Boolean> both =
                condition("request.headers['x-a'] == '1' && response.headers['x-b'] == '2'", Phase.RESPONSE);

        assertThat(both.facts().codes()).containsExactly("reads_header:x-b");
    }

    /** A backtracking matcher would take longer than the universe is old. */
    @Test
    void matchesAHostileTextInLinearTime() {
        RequestView hostile = REQUEST.withHeaders(HeaderMap.of("x-text", "a".repeat(60_000) + "!"));
        Expression<Boolean> condition = condition("request.headers['x-text'].matches('^(a+)+$')", Phase.REQUEST);

        boolean matches = condition.evaluate(new RequestContext(hostile, METADATA, call()));

        assertThat(matches).isFalse();
    }

    private static Expression<Boolean> condition(String text, Phase phase) {
        return ok(Expression.condition(text, phase));
    }

    private static <T> Expression<T> ok(Compiled<T> compiled) {
        return switch (compiled) {
            case Compiled.Ok<T>(Expression<T> expression) -> expression;
            case Compiled.Invalid<T>(var faults) -> fail(faults.toString());
        };
    }

    private static RequestContext onRequest(Metadata metadata) {
        return new RequestContext(REQUEST, metadata, call());
    }

    private static ResponseContext onResponse() {
        RequestView original = REQUEST.withMethod("POST").withRawPath("/");
        return new ResponseContext(RESPONSE, REQUEST, original, METADATA, call());
    }

    private static Call call() {
        return new Call("r", 1, Long.MAX_VALUE, new Cancellation());
    }

    private static Metadata metadata(String json) {
        Map<String, JsonNode> values = new HashMap<>();
        JSON.readTree(json).forEachEntry(values::put);
        return Metadata.of(values);
    }
}
