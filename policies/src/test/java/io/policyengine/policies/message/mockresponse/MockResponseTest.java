package io.policyengine.policies.message.mockresponse;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Metadata;
import io.policyengine.policies.shared.template.BodySyntax;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

final class MockResponseTest {
    private static final MockResponseFactory FACTORY = new MockResponseFactory();

    @ParameterizedTest
    @CsvSource({
        "application/json, JSON",
        "APPLICATION/JSON; charset=utf-8, JSON",
        "application/ld+json, JSON",
        "text/json, JSON",
        "text/html, MARKUP",
        "text/html;charset=utf-8, MARKUP",
        "application/xhtml+xml, MARKUP",
        "application/xml, MARKUP",
        "text/xml, MARKUP",
        "text/plain, OTHER",
        "application/jsonl, OTHER",
        "json, OTHER",
        "text/plain; x=/json, OTHER",
    })
    void knowsTheSyntaxByTheContentType(String contentType, BodySyntax syntax) {
        assertThat(BodySyntax.of(contentType)).isEqualTo(syntax);
    }

    @Test
    void keepsOctetsOfPlainText() {
        var tester = PolicyTester.of(FACTORY, "{ body: '${request.header.X-Raw}' }");

        var answer =
                tester.request(TestMessages.get("/", "x-raw", "\u00ff\u00fe")).denial();

        assertThat(answer.body().getBytes()).containsExactly(0xff, 0xfe);
    }

    @Test
    void writesJsonEvenOfOctetsThatAreNoText() {
        var tester = PolicyTester.of(
                FACTORY, "{ content_type: application/json, body: '{\"a\": \"${request.header.X-Raw}\"}' }");

        var answer = tester.request(TestMessages.get("/", "x-raw", "\u00ff")).denial();

        String text = answer.body().toString(StandardCharsets.UTF_8);
        assertThat(new JsonMapper().readTree(text).path("a").asString()).isEqualTo("\ufffd");
    }

    @Test
    void goesByTheMethodOfTheClient() {
        var tester = PolicyTester.of(FACTORY, "{ body: x }");
        var head = TestMessages.request("HEAD", "/", HeaderMap.empty(), TestMessages.CLIENT_ADDRESS);
        var get = TestMessages.get("/");

        var toHead = tester.response(TestMessages.response(200), get, head, Metadata.empty());
        var toGet = tester.response(TestMessages.response(200), head, get, Metadata.empty());

        assertThat(String.valueOf(toHead.response().body())).isEmpty();
        assertThat(String.valueOf(toGet.response().body())).isEqualTo("x");
    }
}
