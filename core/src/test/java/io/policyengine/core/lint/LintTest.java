package io.policyengine.core.lint;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.ConfDirectory;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.error.LintCode;
import io.policyengine.core.error.Problem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the policies of the engine cannot show; the examples of docs/lint.md are checked where these are at hand. */
class LintTest {
    private static final Map<String, EntryFacts> FACTS = Map.of(
            "auth", EntryFacts.of(Set.of(Fact.PROVIDES_IDENTITY)),
            "roles", EntryFacts.of(Set.of(Fact.NEEDS_IDENTITY)),
            "cors", EntryFacts.of(Set.of(Fact.HANDLES_CORS)),
            "plain", EntryFacts.of(Set.of()));

    @TempDir
    Path directory;

    @Test
    void corsComesBeforeAuthentication() throws IOException {
        assertThat(findings("[ { policy: auth }, { policy: cors } ]"))
                .extracting(Problem::code)
                .containsExactly(LintCode.CORS_AFTER_AUTHENTICATION);
        assertThat(findings("[ { policy: cors }, { policy: auth } ]")).isEmpty();
    }

    @Test
    void authorizationComesAfterAuthentication() throws IOException {
        assertThat(findings("[ { policy: roles }, { policy: auth } ]"))
                .extracting(Problem::toString)
                .containsExactly(
                        "routes/a.yaml:3:47: warning: 'roles' needs an identity, and no policy before it leaves one"
                                + " (route '/a') [needs_identity]");
        assertThat(findings("[ { policy: auth }, { policy: roles } ]")).isEmpty();
    }

    @Test
    void anUnknownPolicyMayLeaveAnIdentity() throws IOException {
        assertThat(findings("[ { policy: unknown }, { policy: roles } ]")).isEmpty();
    }

    @Test
    void anIgnoreThatSilencesNothingIsPointedOut() throws IOException {
        assertThat(findings("[ { policy: plain, lint_ignore: [needs_identity] } ]"))
                .extracting(Problem::toString)
                .containsExactly("routes/a.yaml:3:67: warning: there is no 'needs_identity' here to ignore: remove it"
                        + " [unused_ignore]");
    }

    @Test
    void factsOutliveTheWireAndUnknownOnesAreIgnored() {
        EntryFacts facts = EntryFacts.of(Set.of(Fact.USES_IDENTITY)).with(HeaderUse.Action.SETS, List.of("X-User-ID"));

        assertThat(facts.codes()).containsExactly("sets_header:x-user-id", "uses_identity");
        assertThat(EntryFacts.ofCodes(List.of("of_tomorrow", "sets_header:x-user-id", "uses_identity")))
                .isEqualTo(facts);
    }

    private List<Problem> findings(String chain) throws IOException {
        Files.createDirectories(directory.resolve("routes"));
        Files.writeString(
                directory.resolve("routes/a.yaml"),
                "route_policies:\n  - route_name: /a\n    request_flow: { policy_chain: " + chain + " }\n");
        var routes =
                ConfDirectory.read(directory, Map.<String, String>of()::get).routes();
        return Lint.findings(routes.stream()
                .map(route -> new LintRoute(
                        route,
                        route.requestFlow().chain().stream()
                                .map(LintTest::entry)
                                .toList(),
                        List.of()))
                .toList());
    }

    private static LintEntry entry(EntryConfig entry) {
        return new LintEntry(entry, "worker", FACTS.get(entry.policy()), BodyNeed.NONE);
    }
}
