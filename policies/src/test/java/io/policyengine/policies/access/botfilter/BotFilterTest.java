package io.policyengine.policies.access.botfilter;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import org.junit.jupiter.api.Test;

final class BotFilterTest {
    @Test
    void searchesNoUserAgentOfMoreThanAKilobyte() {
        var tester = PolicyTester.of(new BotFilterFactory(), "deny_user_agents: bot");
        String longest = "x".repeat(1024);

        var passed = tester.request(TestMessages.get("/", "user-agent", longest));
        var refused = tester.request(TestMessages.get("/", "user-agent", longest + "x"));

        assertThat(passed.isDenied()).isFalse();
        assertThat(refused.denial().body().toString()).contains("USER_AGENT_MALFORMED");
    }
}
