package io.policyengine.kernel.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import io.policyengine.core.config.EnvoyConfig;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMethod;
import io.policyengine.core.instruction.SetPath;
import io.policyengine.core.instruction.SetResponseHeader;
import io.policyengine.core.instruction.SetStatusCode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What Envoy drops, by the rules that are declared of it. */
class MutationRulesTest {
    private static MutationRules rules(
            boolean disallowSystem, boolean disallowAll, @Nullable String allow, @Nullable String disallow) {
        return new MutationRules(
                new EnvoyConfig.MutationRules(false, false, disallowSystem, disallowAll, allow, disallow),
                allow == null ? null : Pattern.compile(allow),
                disallow == null ? null : Pattern.compile(disallow));
    }

    @Test
    void byDefaultRoutingAndEnvoysOwnHeadersAreDropped() {
        MutationRules rules = rules(false, false, null, null);

        assertThat(rules.check(new SetMethod("PUT"))).contains("allow_all_routing");
        assertThat(rules.checkRemoval("x-envoy-a")).contains("allow_envoy");
        assertThat(rules.check(new SetResponseHeader("X-Envoy-A", "1"))).contains("allow_envoy");
        assertThat(rules.check(new SetResponseHeader("x-a", "1"))).isNull();
        assertThat(rules.check(new SetPath("/"))).isNull();
        assertThat(rules.check(new SetStatusCode(500))).isNull();
        assertThat(rules.checkRemoval("x-user-id")).isNull();
    }

    @Test
    void whatIsDisallowedByItsNameIsDroppedWhateverElseIsSaid() {
        MutationRules rules = rules(false, false, "x-.*", "x[-_]user.*");

        assertThat(rules.checkRemoval("x_user-id")).contains("'x_user-id'").contains("disallow_expression");
        assertThat(rules.check((RequestInstruction) new RemoveHeader("X-User-ID")))
                .isNotNull();
        assertThat(rules.checkRemoval("ax-user")).isNull();
    }

    @Test
    void whatIsAllowedByItsNameIsAllowedWhateverElseIsSaid() {
        MutationRules rules = rules(true, true, "x-envoy-a|:path", null);

        assertThat(rules.checkRemoval("x-envoy-a")).isNull();
        assertThat(rules.check(new SetPath("/"))).isNull();
        assertThat(rules.checkRemoval("x-envoy-ab")).contains("disallow_all");
        assertThat(rules.check((RequestInstruction) new SetHeader("a", "b"))).contains("disallow_all");
    }

    @Test
    void systemHeadersMayBeDisallowedAlone() {
        MutationRules rules = rules(true, false, null, null);

        assertThat(rules.check(new SetPath("/"))).contains("disallow_system");
        assertThat(rules.check(new SetStatusCode(500))).contains("disallow_system");
        assertThat(rules.checkRemoval("x-a")).isNull();
    }

    @Test
    void answersToTheClientAreNotSubjectToThem() {
        assertThat(rules(true, true, null, ".*").check(HeaderMap.of("retry-after", "1")))
                .isNull();
    }
}
