package io.policyengine.policies.format.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.content.contentfilter.ContentFilterFactory;
import io.policyengine.policies.content.jsonthreatprotection.JsonThreatProtectionFactory;
import io.policyengine.policies.message.transformbody.TransformBodyFactory;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies in which one policy of a chain once saw what another did not. */
class JsonBypassTest {
    private static final String WORD = "words: [forbidden]";

    private static RequestRun run(PolicyFactory<?> factory, String params, RequestView request) {
        return PolicyTester.of(factory, params).request(request);
    }

    private static RequestView post(String type, String octets) {
        return TestMessages.request("POST", "/", HeaderMap.of("content-type", type), TestMessages.CLIENT_ADDRESS)
                .withBody(Buffer.buffer(octets.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** contentFilter saw octets that are no letter; transformBody read one of them, and wrote it as every server reads it. */
    @ParameterizedTest
    @ValueSource(strings = {"application/x-json", "model/json", "application/json", "a/b+json"})
    void noLetterInTwoBytesBecomesOneBehindTheFilter(String type) {
        RequestView request = post(type, "{\"a\":\"forb\u00c1\u00a9dden\"}");

        RequestRun filtered = run(new ContentFilterFactory(), WORD, request);
        boolean isRefused = filtered.isDenied()
                || run(new TransformBodyFactory(), "json: {rename: {/b: c}}", filtered.request())
                        .isDenied();

        assertThat(isRefused).isTrue();
    }

    /** jsonThreatProtection took the body for something else; transformBody read it, and wrote it as every server reads it. */
    @ParameterizedTest
    @ValueSource(strings = {"application/x-json", "model/json"})
    void noNestingHidesBehindALetterInTwoBytes(String type) {
        RequestView request = post(type, "{\"a\":\"\u00c1\u00a1\",\"c\":" + "[".repeat(100) + "]".repeat(100) + "}");

        RequestRun guarded = run(new JsonThreatProtectionFactory(), "max_depth: 10", request);
        boolean isRefused = guarded.isDenied()
                || run(new TransformBodyFactory(), "json: {rename: {/b: c}}", guarded.request())
                        .isDenied();

        assertThat(isRefused).isTrue();
    }

    /** The last of two values counts for most servers; the filter joined both with the pieces around them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"content\":[{\"type\":\"text\",\"text\":\"forb\"},{\"type\":\"text\",\"text\":\"x\",\"text\":\"idden\"}]}",
                "{\"content\":[{\"type\":\"text\",\"text\":\"forb\"},{\"type\":\"text\",\"text\":\"x\",\"te\\u0078t\":\"idden\"}]}"
            })
    void noMemberThatStandsTwicePartsAWord(String body) {
        assertThat(run(new ContentFilterFactory(), WORD, post("application/json", body))
                        .isDenied())
                .isTrue();
    }
}
