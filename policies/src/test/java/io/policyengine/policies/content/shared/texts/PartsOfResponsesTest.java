package io.policyengine.policies.content.shared.texts;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.ResponseView;
import io.policyengine.policies.content.contentfilter.ContentFilterFactory;
import io.policyengine.policies.content.contentmoderationguardrail.ContentModerationGuardrailFactory;
import io.policyengine.policies.content.jsonschemavalidation.JsonSchemaValidationFactory;
import io.policyengine.policies.content.piiredaction.PiiRedactionFactory;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PartsOfResponsesTest {
    private static final Buffer HALF = Buffer.buffer("card 4111 1111");

    private static List<PolicyTester> protecting() {
        return List.of(
                PolicyTester.of(new PiiRedactionFactory(), "{ entities: [credit_card] }"),
                PolicyTester.of(new PiiRedactionFactory(), "{ action: deny }"),
                PolicyTester.of(new ContentFilterFactory(), "{ words: [secret] }"),
                PolicyTester.of(
                        new ContentModerationGuardrailFactory(), "{ checks: [ { type: words, words: [secret] } ] }"));
    }

    private static ResponseView after(PolicyTester tester, ResponseView response) {
        RequestRun before = tester.request(TestMessages.get("/", "range", "bytes=0-13"));
        return tester.response(response, before).response();
    }

    private static List<ResponseView> parts() {
        return List.of(
                TestMessages.response(206, "content-type", "text/plain", "content-range", "bytes 0-13/40"),
                TestMessages.response(206, "content-type", "multipart/byteranges; boundary=b"),
                TestMessages.response(200, "content-type", "text/plain", "content-range", "bytes 0-13/40"),
                TestMessages.response(200, "content-type", "multipart/byteranges; boundary=b"));
    }

    @Test
    void refusesPartsWholeAndInChunks() {
        for (PolicyTester tester : protecting()) {
            for (ResponseView part : parts()) {
                assertThat(after(tester, part.withBody(HALF)).status()).isEqualTo(502);
                assertThat(after(tester, part).status()).isEqualTo(502);
            }
        }
    }

    @Test
    void passesAnUnsatisfiableRangeAndAnUnchangedResponse() {
        for (PolicyTester tester : protecting()) {
            ResponseView unsatisfiable =
                    TestMessages.response(416, "content-type", "text/plain", "content-range", "bytes */40");

            assertThat(after(tester, unsatisfiable.withBody(Buffer.buffer("none")))
                            .status())
                    .isEqualTo(416);
            assertThat(after(tester, TestMessages.response(304)).status()).isEqualTo(304);
        }
    }

    @Test
    void refusesPartsThatMayConformToASchemaByThemselves() {
        PolicyTester tester =
                PolicyTester.of(new JsonSchemaValidationFactory(), "{ on: response, schema: { type: integer } }");
        ResponseView part =
                TestMessages.response(206, "content-type", "application/json", "content-range", "bytes 0-1/40");
        ResponseView parts = TestMessages.response(206, "content-type", "multipart/byteranges; boundary=b");
        ResponseView whole = TestMessages.response(200, "content-type", "application/json");
        ResponseView image = TestMessages.response(206, "content-type", "image/png", "content-range", "bytes 0-1/40");

        assertThat(after(tester, part.withBody(Buffer.buffer("12"))).status()).isEqualTo(502);
        assertThat(after(tester, parts.withBody(HALF)).status()).isEqualTo(502);
        assertThat(after(tester, whole.withBody(Buffer.buffer("12"))).status()).isEqualTo(200);
        assertThat(after(tester, image.withBody(HALF)).status()).isEqualTo(206);
    }

    @Test
    void passesPartsThatAreOnlyObserved() {
        PolicyTester tester = PolicyTester.of(new ContentFilterFactory(), "{ words: [secret], action: log }");

        assertThat(after(tester, parts().getFirst().withBody(HALF)).status()).isEqualTo(206);
    }
}
