package io.policyengine.policies.content.graphqlprotection;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.RequestView;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

/** Bodies beyond those of cases. */
class GraphqlProtectionTest {
    private static final RequestView POST =
            TestMessages.get("/", "content-type", "application/json").withMethod("POST");

    private static PolicyTester tester() {
        return PolicyTester.of(new GraphqlProtectionFactory(), "max_depth: 2");
    }

    private static RequestView asking(String document) {
        return POST.withBody(Buffer.buffer(
                "{\"query\":\"" + document + "\",\"variables\":{\"text\":\"" + "x".repeat(100_000) + "\"}}"));
    }

    @Test
    void largeBodiesAreJudgedLikeSmallOnes() {
        try (PolicyTester tester = tester()) {
            assertThat(tester.request(asking("{a{b}}")).isDenied()).isFalse();
            assertThat(tester.request(asking("{a{b{c}}}")).denial().status()).isEqualTo(400);
        }
    }

    /** Each of 300 fragments spreads the next one ten times: written out, the operation had 10^300 fields. */
    @Test
    void fragmentsThatMultiplyAreRefused() {
        StringBuilder document = new StringBuilder("{...F0}");
        for (int i = 0; i < 300; i++) {
            document.append(" fragment F")
                    .append(i)
                    .append(" on T{")
                    .append(("...F" + (i + 1) + " ").repeat(10))
                    .append('}');
        }
        document.append(" fragment F300 on T{a}");

        try (PolicyTester tester = tester()) {
            assertThat(tester.request(asking(document.toString()))
                            .denial()
                            .body()
                            .toString())
                    .contains("GRAPHQL_TOO_COMPLEX");
        }
    }

    @Test
    void aMillionLevelsAreRefused() {
        try (PolicyTester tester = tester()) {
            assertThat(tester.request(asking("{a".repeat(1_000_000))).denial().status())
                    .isEqualTo(400);
            assertThat(tester.request(POST.withBody(Buffer.buffer("[".repeat(1_000_000))))
                            .denial()
                            .status())
                    .isEqualTo(400);
        }
    }
}
