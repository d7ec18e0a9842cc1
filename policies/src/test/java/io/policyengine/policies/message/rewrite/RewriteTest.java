package io.policyengine.policies.message.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.PathRules;
import io.policyengine.core.http.QueryString;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class RewriteTest {
    private static final RewriteFactory FACTORY = new RewriteFactory();
    private static final String ALPHABET = "ab/./..//%2e%2F?#&=\\@:;<>| \t\r\n\0\u00e9";

    @Test
    @Timeout(10)
    void matchesInLinearTime() {
        var tester = PolicyTester.of(FACTORY, "{ path_pattern: '/(a+)+', path_replacement: /b }");
        String hostile = "/" + "a".repeat(50_000) + "!";

        assertThat(tester.request(TestMessages.get(hostile)).request().path()).isEqualTo(hostile);
    }

    @Test
    void asksForNothingIfThePatternDoesNotMatch() {
        var tester = PolicyTester.of(FACTORY, "{ path_pattern: /a, path_replacement: /b }");

        List<RequestInstruction> instructions =
                tester.request(TestMessages.get("/c")).outcome().instructions();

        assertThat(instructions).isEmpty();
    }

    @Test
    void staysUnderItsFolderWhateverTheTargetHolds() {
        var filled = withoutRules("{ path: '/app/x${request.path}' }");
        var replaced = withoutRules("{ path_pattern: '(.*)', path_replacement: '/app/x$1' }");
        var random = new Random(20270131);

        for (int i = 0; i < 20_000; i++) {
            String target = random.ints(random.nextInt(0, 12), 0, ALPHABET.length())
                    .mapToObj(at -> ALPHABET.substring(at, at + 1))
                    .reduce("/", String::concat);

            for (var tester : List.of(filled, replaced)) {
                assertThat(folders(tester, target))
                        .as(target)
                        .doesNotContain("..")
                        .startsWith("", "app");
            }
        }
    }

    private static PolicyTester withoutRules(String params) {
        return PolicyTester.of(FACTORY, params).withPathRules(PathRules.OFF, Set.of());
    }

    private static List<String> folders(PolicyTester tester, String target) {
        try {
            String path = tester.request(TestMessages.get(target)).request().path();
            return List.of(QueryString.pathOf(path).replaceAll("(?i)%2e", ".").split("/", -1));
        } catch (PolicyException refused) {
            return List.of("", "app");
        }
    }
}
