package io.policyengine.policies.format.form;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.http.PercentCoding;
import io.policyengine.core.http.QueryString;
import io.policyengine.core.http.QueryString.Parameter;
import io.policyengine.core.http.TargetEdit;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.access.celrule.CelRuleFactory;
import io.policyengine.policies.authentication.apikeyauth.ApiKeyAuthFactory;
import io.policyengine.policies.content.contentfilter.ContentFilterFactory;
import io.policyengine.policies.content.graphqlprotection.GraphqlProtectionFactory;
import io.policyengine.policies.content.requestvalidation.RequestValidationFactory;
import io.policyengine.policies.content.shared.openapi.value.QueryPairs;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All that reads a query or a form as a whole sees the names and values that the reader of forms sees octet by octet, or refuses them. */
class QueryReadersAgreeTest {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String API = """
            openapi: 3.1.0
            paths:
              /p:
                get:
                  parameters: [ { name: a, in: query, schema: { type: string, enum: [ x ] } } ]
                post:
                  requestBody:
                    content:
                      application/x-www-form-urlencoded:
                        schema: { type: object, properties: { a: { type: string, enum: [ x ] } } }
            """;

    static Stream<String> queries() {
        return Stream.of(
                "",
                "&",
                "a=x",
                "a=x&a=y",
                "a=y&a=x",
                "a",
                "a=",
                "=x",
                "=",
                "a==x",
                "a=x=",
                "&&a=x&",
                "a=+",
                "a+b=%2B",
                "%2B=x&a=%2b",
                "a=%20x&a=%09",
                "a=x;b=y",
                "a;b=x",
                "a%3Bb=x%3D",
                "a%3Dx",
                "a%26b=x%26y",
                "%61=x",
                "%61=%78&a=y",
                "%2561=x",
                "a%00=x",
                "a=%00x",
                "a%00b=x&%00",
                "%C1%A1=x",
                "a=%C0%80",
                "a=%E0%80%AF",
                "a=%ED%A0%80",
                "a=%F4%90%80%80",
                "%C3%A4=%c3%bc",
                "\u00C3\u00A4=\u00C3\u00BC",
                "a=%FF&%FF=x",
                "a[]=x&a[]=y",
                "a%5B%5D=x",
                "a[b]=x&a[b][c]=y",
                "a.b=x",
                "a=%",
                "a=%4",
                "a=%zz+%41",
                "%=x",
                "%4=x&a=%78%7",
                "a=%%37%38",
                "a%=x&%u0061=x",
                "a=%u0078",
                "A=x",
                "a=x#y",
                "a=x?a=y",
                "?a=x",
                "a=x\u00A0",
                "forb%69dden=x",
                "a=forb%69dden",
                "a=x&forbidden",
                "forbidden&&=",
                "a=x&=forbidden");
    }

    private static List<Parameter> read(String query) {
        List<Parameter> fields = new ArrayList<>();
        FormReader<RuntimeException> reader = new FormReader<>(FormReader.Escapes.LENIENT, new FormSink<>() {
            private final StringBuilder octets = new StringBuilder();
            private String name = "";
            private boolean hasName;

            @Override
            public void octet(int octet, long start, long end) {
                octets.append((char) octet);
            }

            @Override
            public void endName() {
                name = octets.toString();
                hasName = true;
                octets.setLength(0);
            }

            @Override
            public void endField() {
                if (hasName || !octets.isEmpty()) {
                    fields.add(hasName ? new Parameter(name, octets.toString()) : new Parameter(octets.toString(), ""));
                }
                hasName = false;
                octets.setLength(0);
            }
        });
        try {
            for (int i = 0; i < query.length(); i++) {
                reader.take(query.charAt(i), i, i + 1);
            }
            reader.end();
        } catch (FormFault fault) {
            throw new AssertionError(query, fault);
        }
        return fields;
    }

    @ParameterizedTest
    @MethodSource("queries")
    void theQueryOfATargetHasTheseParameters(String query) {
        String target = "/p?" + query;
        List<Parameter> read = read(query);
        Map<String, List<String>> byName = new HashMap<>();
        read.forEach(parameter -> byName.computeIfAbsent(Octets.toText(parameter.name()), _ -> new ArrayList<>())
                .add(Octets.toText(parameter.value())));

        assertThat(QueryString.parameters(target)).isEqualTo(read);
        assertThat(QueryString.names(target))
                .isEqualTo(read.stream()
                        .map(parameter -> Octets.toText(parameter.name()))
                        .toList());
        assertThat(QueryString.firstByName(target).keySet()).isEqualTo(byName.keySet());
        byName.forEach((name, values) -> {
            assertThat(QueryString.getAll(target, name)).isEqualTo(values);
            assertThat(QueryString.get(target, name)).isEqualTo(values.getFirst());
            assertThat(QueryString.firstByName(target)).containsEntry(name, values.getFirst());
        });
    }

    @ParameterizedTest
    @MethodSource("queries")
    void aParameterThatIsRemovedIsGone(String query) {
        List<Parameter> read = read(query);
        Set<String> names = new LinkedHashSet<>();
        read.forEach(parameter -> names.add(Octets.toText(parameter.name())));

        for (String name : names) {
            TargetEdit edit = new TargetEdit("/p?" + query);
            edit.remove(name);
            assertThat(QueryString.parameters(edit.target()))
                    .isEqualTo(read.stream()
                            .filter(parameter ->
                                    !Octets.toText(parameter.name()).equals(name))
                            .toList());
        }
    }

    /** Documents of OpenAPI: the pairs are the same, and those that are not well-formed are refused. */
    @ParameterizedTest
    @MethodSource("queries")
    void documentsJudgeTheSamePairs(String query) {
        QueryPairs pairs = QueryPairs.of(query);
        Map<String, List<String>> wellFormed = new HashMap<>();
        boolean isMalformed = false;
        for (Parameter parameter : read(query)) {
            String name = PercentCoding.utf8(parameter.name());
            isMalformed |= name == null;
            if (name != null) {
                wellFormed.computeIfAbsent(name, _ -> new ArrayList<>()).add(parameter.value());
            }
        }

        if (pairs.hasMalformedName()) {
            wellFormed.keySet().retainAll(pairs.names());
        } else {
            assertThat(isMalformed).isFalse();
        }
        assertThat(pairs.names()).isEqualTo(wellFormed.keySet());
        pairs.values()
                .forEach((name, values) -> assertThat(values.stream().map(value -> PercentCoding.octets(value, true)))
                        .isEqualTo(wellFormed.get(name)));
    }

    private static RequestRun run(PolicyFactory<?> factory, String params, String query) {
        FakeEnvironment environment = new FakeEnvironment();
        environment.writeFile("api.yaml", API);
        try (PolicyTester tester = PolicyTester.of(factory, params, environment)) {
            return tester.request(TestMessages.get("/p?" + query));
        }
    }

    private static RequestRun form(PolicyFactory<?> factory, String params, String form) {
        FakeEnvironment environment = new FakeEnvironment();
        environment.writeFile("api.yaml", API);
        try (PolicyTester tester = PolicyTester.of(factory, params, environment)) {
            return tester.request(
                    TestMessages.request("POST", "/p", HeaderMap.of("content-type", FORM), TestMessages.CLIENT_ADDRESS)
                            .withBody(Buffer.buffer(Octets.toBytes(form))));
        }
    }

    /** The first value that is {@code x} makes a condition true; a key has to stand once. */
    @ParameterizedTest
    @MethodSource("queries")
    void policiesFindTheSameValue(String query) {
        List<String> values = read(query).stream()
                .filter(parameter -> parameter.name().equals("a"))
                .map(Parameter::value)
                .toList();
        boolean isFirst = !values.isEmpty() && values.getFirst().equals("x");
        boolean isOnly = values.equals(List.of("x"));

        assertThat(run(
                                new CelRuleFactory(),
                                "deny_if: '\"a\" in request.query_params && request.query_params[\"a\"] == \"x\"'",
                                query)
                        .isDenied())
                .isEqualTo(isFirst);
        assertThat(run(new ApiKeyAuthFactory(), "{ query_param: a, keys: [ { consumer: c, plain: x } ] }", query)
                        .isDenied())
                .isEqualTo(!isOnly);
        boolean passes = !run(new RequestValidationFactory(), "{ openapi_file: api.yaml }", query)
                .isDenied();
        assertThat(passes && !values.isEmpty() && !isOnly).isFalse();
        boolean formPasses = !form(new RequestValidationFactory(), "{ openapi_file: api.yaml }", query)
                .isDenied();
        assertThat(formPasses && !values.isEmpty() && !isOnly).isFalse();
    }

    @ParameterizedTest
    @MethodSource("queries")
    void searchesFindEachNameAndEachValue(String query) {
        for (Parameter parameter : read(query + "&bad=nothing")) {
            for (String text : List.of(parameter.name(), parameter.value())) {
                if (text.matches("[a-z]{2,}")) {
                    assertThat(run(
                                            new ContentFilterFactory(),
                                            "{ words: [ " + text + " ], where: [ query ] }",
                                            query + "&bad=nothing")
                                    .isDenied())
                            .as(text)
                            .isTrue();
                }
            }
        }
    }

    /** In each, some server finds a document that is too deep: by the URL standard, at semicolons, or with escapes of its own. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "query={a{b}}",
                "qu%65ry=%7Ba%7Bb%7D%7D",
                "x&query={a{b}}",
                "x;query={a{b}}",
                "x=1;query={a{b}}",
                "query={a};query={a{b}}",
                "query={a}&query={a{b}}",
                "query={a}&qu%65ry={a{b}}",
                "%u0071uery={a{b}}",
                "query={a(x:\"%zz%22),b{c}}%23\")}",
                "query={a(x:\"%C1%A2\")}",
                "query={a(x:\"%u0022),b{c}}#\")}",
                "_charset_=utf-16&query={a}",
                "query={a}&_CHARSET_=utf-7"
            })
    void noDocumentPassesThatAServerReadsDifferently(String query) {
        assertThat(run(new GraphqlProtectionFactory(), "{ max_depth: 1 }", query)
                        .isDenied())
                .isTrue();
        assertThat(form(new GraphqlProtectionFactory(), "{ max_depth: 1 }", query)
                        .isDenied())
                .isTrue();
    }

    @Test
    void aDocumentPassesAsClientsWriteIt() {
        for (String query : List.of(
                "query=%7Ba%7D",
                "query={a}",
                "query=%7B+a(x%3A+%22%C3%A4%3B%22)+%7D&variables=%7B%7D",
                "_charset_=UTF-8&query={a}",
                "x=100%25&query={a}")) {
            assertThat(run(new GraphqlProtectionFactory(), "{ max_depth: 1 }", query)
                            .isDenied())
                    .as(query)
                    .isFalse();
            assertThat(form(new GraphqlProtectionFactory(), "{ max_depth: 1 }", query)
                            .isDenied())
                    .as(query)
                    .isFalse();
        }
    }

    /** RFC 7578 §4.6 and the URL standard: a server that follows the field reads all texts in that charset. */
    @ParameterizedTest
    @ValueSource(
            strings = {"_charset_=utf-16&b=x", "b=x&_Charset_=windows-1252", "b=x&_charset_=", "_charset_=utf%2D7"})
    void noTextPassesThatIsInAnotherCharset(String form) {
        assertThat(run(new ContentFilterFactory(), "{ words: [ forbidden ], where: [ query ] }", form)
                        .isDenied())
                .isTrue();
        assertThat(form(new ContentFilterFactory(), "words: [ forbidden ]", form)
                        .isDenied())
                .isTrue();
        assertThat(run(new RequestValidationFactory(), "{ openapi_file: api.yaml }", form)
                        .isDenied())
                .isTrue();
        assertThat(form(new RequestValidationFactory(), "{ openapi_file: api.yaml }", form)
                        .isDenied())
                .isTrue();
    }

    @Test
    void aFormThatStatesUtf8Passes() {
        String form = "_charset_=UTF-8&b=x";

        assertThat(form(new ContentFilterFactory(), "words: [ forbidden ]", form)
                        .isDenied())
                .isFalse();
        assertThat(form(new RequestValidationFactory(), "{ openapi_file: api.yaml }", form)
                        .isDenied())
                .isFalse();
    }
}
