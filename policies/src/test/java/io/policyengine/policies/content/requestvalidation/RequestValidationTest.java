package io.policyengine.policies.content.requestvalidation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.work.TooMuchMemoryException;
import io.policyengine.policies.content.shared.openapi.body.FormReadings;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What a client, an upstream or a document can make the policy do, and what a document that changes does. */
class RequestValidationTest {
    private static final RequestValidationFactory FACTORY = new RequestValidationFactory();

    private final FakeEnvironment environment = new FakeEnvironment();

    private PolicyTester tester(String document) {
        environment.writeFile("api.yaml", document);
        return PolicyTester.of(FACTORY, "{ openapi_file: api.yaml }", environment);
    }

    /** A document whose one operation takes a body of this schema, or of any. */
    private static String post(String schema) {
        return """
                openapi: 3.1.0
                paths:
                  /a:
                    post:
                      parameters: [ { name: q, in: query, schema: { type: array, items: { pattern: '^(a+)+$' } } } ]
                      requestBody: { content: { application/json: { schema: %s } } }
                """.formatted(schema);
    }

    private static RequestView json(String body) {
        HeaderMap headers = HeaderMap.of("content-type", "application/json");
        return TestMessages.request("POST", "/a", headers, TestMessages.CLIENT_ADDRESS)
                .withBody(Buffer.buffer(body));
    }

    private static RequestView post(String path, String contentType, byte[] body) {
        HeaderMap headers = HeaderMap.of("content-type", contentType);
        return TestMessages.request("POST", path, headers, TestMessages.CLIENT_ADDRESS)
                .withBody(Buffer.buffer(body));
    }

    private static int status(RequestRun run) {
        return run.isDenied() ? run.denial().status() : 200;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ methods: GET } | NONE",
                "{ required_headers: X-A, required_query: a, max_uri_bytes: 10 } | NONE",
                "{ content_types: a/b } | BUFFERED"
            })
    void plainRulesNeedBodiesForTheirTypesOnly(String params, BodyNeed need) {
        PolicyTester tester = PolicyTester.of(FACTORY, params);

        assertThat(tester.bodyNeed(Phase.REQUEST)).isEqualTo(need);
    }

    @Test
    void responsesAreJudgedByADocumentOnly() {
        RequestValidationParams params = switch (ParamsBinder.ofPolicy(RequestValidationParams.class)
                .bind(new YAMLMapper().readTree("methods: GET"))) {
            case BoundParams.Ok<RequestValidationParams>(var bound) -> bound;
            case BoundParams.Invalid<RequestValidationParams>(var problems) ->
                throw new InvalidParamsException(problems);
        };

        assertThatExceptionOfType(InvalidParamsException.class)
                .isThrownBy(() -> FACTORY.check(params, Phase.RESPONSE))
                .withMessageContaining("set openapi_file");
    }

    @Test
    void tenThousandParametersAreRefusedBeforeTheyAreRead() {
        PolicyTester tester = tester(post("true"));
        String query = IntStream.range(0, 10_000).mapToObj(i -> "q=" + i).collect(Collectors.joining("&"));

        RequestRun run = tester.request(
                TestMessages.request("POST", "/a?" + query, HeaderMap.empty(), TestMessages.CLIENT_ADDRESS));

        assertThat(status(run)).isEqualTo(400);
        assertThat(run.denial().body().toString()).contains("TOO_MANY_PARAMETERS");
    }

    /** With a backtracking engine, some thirty letters take a second, and each more twice as long. */
    @Test
    void patternsRunInLinearTime() {
        PolicyTester tester = tester(post("true"));

        RequestRun run = tester.request(TestMessages.request(
                "POST", "/a?q=" + "a".repeat(50_000) + "b", HeaderMap.empty(), TestMessages.CLIENT_ADDRESS));

        assertThat(status(run)).isEqualTo(400);
    }

    @Test
    void aLargeBodyIsJudgedBesideTheEventLoop() {
        PolicyTester tester = tester(post("{ type: array, uniqueItems: true, items: { type: integer } }"));
        String body =
                IntStream.range(0, 100_000).mapToObj(Integer::toString).collect(Collectors.joining(",", "[", "]"));

        RequestRun small = tester.request(json("[1, 2]"));
        int afterSmall = environment.declared().size();
        RequestRun large = tester.request(json(body));

        assertThat(status(small)).isEqualTo(200);
        assertThat(afterSmall).isZero();
        assertThat(status(large)).isEqualTo(200);
        assertThat(environment.declared())
                .singleElement()
                .satisfies(work -> assertThat(work.heapBytes()).isGreaterThan(body.length()));
    }

    @Test
    void aBodyThatNeedsMoreMemoryThanThereIsIsTooComplex() {
        PolicyTester tester = tester(post("true"));
        environment.failBlocking(new TooMuchMemoryException(1, 0));

        RequestRun run = tester.request(json("[" + "[],".repeat(50_000) + "[]]"));

        assertThat(status(run)).isEqualTo(413);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-16"})
    void aBodyInAnotherCharsetIsNoJson(String charset) throws Exception {
        PolicyTester tester = tester(post("{ type: object, additionalProperties: false }"));

        RequestRun run = tester.request(
                post("/a", "application/json", "{\"role\": \"admin\"}".getBytes(Charset.forName(charset))));

        assertThat(status(run)).isEqualTo(400);
        assertThat(run.denial().body().toString()).contains("MALFORMED_BODY");
    }

    @Test
    void aBodyThatNestsForEverIsNoJson() {
        PolicyTester tester = tester(post("{ $ref: '#/components/schemas/a' }")
                + "components: { schemas: { a: { type: array, items: { $ref: '#/components/schemas/a' } } } }");

        RequestRun fits = tester.request(json("[".repeat(100) + "]".repeat(100)));
        RequestRun deep = tester.request(json("[".repeat(1_000_000) + "]".repeat(1_000_000)));

        assertThat(status(fits)).isEqualTo(200);
        assertThat(status(deep)).isEqualTo(400);
    }

    @Test
    void faultsAreToldUpToTheirMaximum() {
        environment.writeFile("api.yaml", post("{ items: { type: integer } }"));
        PolicyTester tester = PolicyTester.of(FACTORY, "{ openapi_file: api.yaml, max_errors: 3 }", environment);

        RequestRun run = tester.request(json("[" + "\"a\",".repeat(1000) + "\"a\"]"));

        assertThat(run.denial().body().toString().split("pointer", -1)).hasSize(4);
    }

    @Test
    void aDocumentThatChangesIsReadAgainAndOneThatIsBrokenIsNot() {
        PolicyTester tester = tester(post("{ type: object }"));

        RequestRun before = tester.request(json("[]"));
        environment.writeFile("api.yaml", post("{ type: array }"));
        RequestRun after = tester.request(json("[]"));
        environment.writeFile("api.yaml", post("{ type: text }"));
        RequestRun broken = tester.request(json("[]"));

        assertThat(status(before)).isEqualTo(400);
        assertThat(status(after)).isEqualTo(200);
        assertThat(status(broken)).isEqualTo(200);
        assertThat(environment.fileProblems()).singleElement().asString().contains("not a usable schema");
    }

    @Test
    void aFileThatADocumentRefersToIsReadAgainBesideTheEventLoop() {
        environment.writeFile("schemas/a.json", "{\"type\": \"object\"}");
        PolicyTester tester = tester(post("{ $ref: schemas/a.json }"));

        RequestRun before = tester.request(json("[]"));
        environment.holdBlocking();
        environment.writeFile("schemas/a.json", "{\"type\": \"array\"}");
        RequestRun during = tester.request(json("[]"));
        environment.runHeld();
        RequestRun after = tester.request(json("[]"));

        assertThat(status(before)).isEqualTo(400);
        assertThat(status(during)).isEqualTo(400);
        assertThat(status(after)).isEqualTo(200);
        assertThat(environment.declared())
                .singleElement()
                .satisfies(work -> assertThat(work.heapBytes()).isGreaterThan(FormReadings.MAX_BYTES));
    }

    @Test
    void aFileThatBecomesUnusableIsLookedAtOnceAndTheOneBeforeStays() {
        environment.writeFile("schemas/a.json", "{\"type\": \"array\"}");
        PolicyTester tester = tester(post("{ $ref: schemas/a.json }"));

        environment.writeFile("schemas/a.json", "{\"type\": \"text\"}");
        RequestRun first = tester.request(json("[]"));
        RequestRun second = tester.request(json("[]"));
        environment.writeFile("schemas/a.json", "{\"type\": \"object\"}");
        tester.request(json("[]"));
        RequestRun mended = tester.request(json("[]"));

        assertThat(status(first)).isEqualTo(200);
        assertThat(status(second)).isEqualTo(200);
        assertThat(status(mended)).isEqualTo(400);
        assertThat(environment.declared()).hasSize(2);
    }

    @Test
    void aDocumentThatChangesToReferToANewFileIsRefusedUntilTheConfigurationIsLoadedAgain() {
        PolicyTester tester = tester(post("{ type: array }"));
        environment.writeFile("new.json", "{\"type\": \"object\"}");

        environment.writeFile("api.yaml", post("{ $ref: new.json }"));
        RequestRun kept = tester.request(json("[]"));
        RequestRun loaded = PolicyTester.of(FACTORY, "{ openapi_file: api.yaml }", environment)
                .request(json("[]"));

        assertThat(status(kept)).isEqualTo(200);
        assertThat(environment.fileProblems()).singleElement().asString().contains("reload the configuration");
        assertThat(status(loaded)).isEqualTo(400);
    }

    @Test
    void aDocumentOfTooManyFilesIsRefused() {
        StringBuilder schemas = new StringBuilder();
        for (int i = 0; i <= DocumentFiles.MAX_FILES; i++) {
            environment.writeFile("s" + i + ".json", "{}");
            schemas.append("{ $ref: s").append(i).append(".json }, ");
        }

        assertThatExceptionOfType(InvalidParamsException.class)
                .isThrownBy(() -> tester(post("{ anyOf: [ " + schemas + " ] }")))
                .withMessageContaining("more than 200 files");
    }

    /** Returns a document with this many operations, whose forms have these members of a thousand characters. */
    private static String forms(int operations, int members) {
        String properties = IntStream.range(0, members)
                .mapToObj(i -> "\"%01000d\": {}".formatted(i))
                .collect(Collectors.joining(", "));
        String paths = IntStream.range(0, operations)
                .mapToObj(i -> "\"/%d\": { \"post\": { \"requestBody\": { \"$ref\": \"#/body\" } } }".formatted(i))
                .collect(Collectors.joining(", "));
        return """
                {
                  "openapi": "3.1.0",
                  "paths": { %s },
                  "body": { "content": { "multipart/form-data": { "schema": { "properties": { %s } } } } }
                }
                """.formatted(paths, properties);
    }

    @Test
    void formsOfTooManyMembersAreRefused() {
        assertThatCode(() -> tester(forms(1, 3_000))).doesNotThrowAnyException();
        assertThatExceptionOfType(InvalidParamsException.class)
                .isThrownBy(() -> tester(forms(1, 4_100)))
                .withMessageContaining("at 'api.yaml#/body/content/multipart~1form-data'")
                .withMessageContaining("more than " + FormReadings.MAX_BYTES + " bytes");
    }

    @Test
    void formsWithTheSameMembersCountOnce() {
        assertThatCode(() -> tester(forms(100, 100))).doesNotThrowAnyException();
    }

    @Test
    void aDocumentThatNestsForEverIsRefused() {
        assertThatExceptionOfType(InvalidParamsException.class)
                .isThrownBy(() -> tester("{\"openapi\": " + "[".repeat(400) + "]".repeat(400) + ", \"paths\": {}}"))
                .withMessageContaining("text is expected");
        assertThatExceptionOfType(InvalidParamsException.class)
                .isThrownBy(() -> tester("openapi: " + "[".repeat(100_000)))
                .withMessageContaining("nested too deeply");
    }

    @Test
    void manyPartsOfAFormAreRefused() {
        PolicyTester tester = tester("""
                openapi: 3.1.0
                paths:
                  /a:
                    post:
                      requestBody:
                        content:
                          multipart/form-data: { schema: { type: object, properties: { n: { type: array } } } }
                """);
        String part = "--b\r\nContent-Disposition: form-data; name=n\r\n\r\n1\r\n";

        RequestRun some = tester.request(post(
                "/a",
                "multipart/form-data; boundary=b",
                (part.repeat(1_000) + "--b--").getBytes(StandardCharsets.US_ASCII)));
        RequestRun more = tester.request(post(
                "/a",
                "multipart/form-data; boundary=b",
                (part.repeat(1_001) + "--b--").getBytes(StandardCharsets.US_ASCII)));

        assertThat(status(some)).isEqualTo(200);
        assertThat(status(more)).isEqualTo(400);
        assertThat(more.denial().body().toString()).contains("more than 1000 parts");
    }
}
