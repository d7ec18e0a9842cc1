package io.policyengine.core.lint;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.FlowConfig;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits whose key a client can leave. */
class KeyLintTest {
    private static final Map<String, EntryFacts> FACTS = Map.of(
            "auth",
            EntryFacts.of(Set.of(Fact.PROVIDES_IDENTITY, Fact.DENIES_ANONYMOUS)),
            "optional",
            EntryFacts.of(Set.of(Fact.PROVIDES_IDENTITY)),
            "roles",
            EntryFacts.of(Set.of(Fact.REQUIRES_IDENTITY)),
            "limit",
            EntryFacts.of(Set.of(Fact.LIMITS_USE, Fact.USES_IDENTITY)),
            "byField",
            EntryFacts.of(Set.of(Fact.LIMITS_USE)).with(HeaderUse.Action.READS, List.of("x-a")),
            "byParts",
            EntryFacts.of(Set.of(Fact.LIMITS_USE, Fact.LIMITS_BY_CHOSEN_PARTS))
                    .with(HeaderUse.Action.READS, List.of("x-a")),
            "anonymousByField",
            EntryFacts.of(Set.of(Fact.LIMITS_USE, Fact.LIMITS_ANONYMOUS_BY_FIELDS))
                    .with(HeaderUse.Action.READS, List.of("x-a")),
            "sets",
            EntryFacts.none().with(HeaderUse.Action.SETS, List.of("x-a")),
            "other",
            EntryFacts.none());

    private static final String HAS_A = ", when: \"'x-a' in request.headers\" }";
    private static final String KNOWN = ", when: \"identity.id != ''\" }";

    @TempDir
    Path directory;

    @Test
    void aKeyWithAPartThatTheClientChoosesIsFound() throws IOException {
        assertThat(codes("{ policy: auth }, { policy: byParts }")).containsExactly("key_fails_open");
        assertThat(codes("{ policy: sets }, { policy: byParts }")).isEmpty();
        assertThat(codes("{ policy: byParts, mode: shadow }")).isEmpty();
        assertThat(codes("{ policy: byParts, lint_ignore: [key_fails_open] }")).isEmpty();
    }

    @Test
    void aKeyOfAnonymousRequestsMattersWhereTheyAreLetIn() throws IOException {
        assertThat(codes("{ policy: optional }, { policy: anonymousByField }")).containsExactly("key_fails_open");
        assertThat(codes("{ policy: anonymousByField }")).containsExactly("key_fails_open");
        assertThat(codes("{ policy: auth }, { policy: anonymousByField }")).isEmpty();
        assertThat(codes("{ policy: optional }, { policy: roles }, { policy: anonymousByField }"))
                .isEmpty();
        assertThat(codes("{ policy: unknown }, { policy: anonymousByField }")).isEmpty();
    }

    @Test
    void aConditionOnTheFieldOfTheKeyIsFound() throws IOException {
        assertThat(codes("{ policy: byField" + HAS_A)).containsExactly("key_fails_open");
        assertThat(codes("{ policy: sets }, { policy: byField" + HAS_A)).isEmpty();
        assertThat(codes("{ policy: byField, when: \"request.method == 'GET'\" }"))
                .isEmpty();
        assertThat(codes("{ policy: other" + HAS_A)).isEmpty();
        assertThat(codes("{ policy: byField" + HAS_A + ", { policy: limit }")).isEmpty();
        assertThat(codes("{ policy: byField" + HAS_A + ", { policy: limit, when: \"!('x-a' in request.headers)\" }"))
                .isEmpty();
    }

    @Test
    void aConditionOnTheIdentityMattersWhereItIsOptional() throws IOException {
        assertThat(codes("{ policy: optional }, { policy: limit" + KNOWN)).containsExactly("key_fails_open");
        assertThat(codes("{ policy: auth }, { policy: limit" + KNOWN)).isEmpty();
        assertThat(codes("{ policy: optional }, { policy: roles }, { policy: limit" + KNOWN))
                .isEmpty();
        assertThat(codes("{ policy: optional }, { policy: limit" + KNOWN
                        + ", { policy: limit, name: unknown, when: \"identity.id == ''\" }"))
                .isEmpty();
    }

    private List<String> codes(String entries) throws IOException {
        Files.createDirectories(directory.resolve("routes"));
        Files.writeString(
                directory.resolve("routes/a.yaml"),
                "route_policies:\n  - route_name: /a\n    request_flow: { policy_chain: [ " + entries + " ] }\n");
        List<LintRoute> routes = ConfDirectory.read(directory, Map.<String, String>of()::get).routes().stream()
                .map(route -> new LintRoute(route, entries(route.requestFlow()), List.of()))
                .toList();
        return Lint.findings(routes, LintFixture.TIMES, LintFixture.REPLICAS, true).stream()
                .map(problem -> Objects.requireNonNull(problem.code()).text())
                .toList();
    }

    private static List<LintEntry> entries(FlowConfig flow) {
        return flow.chain().stream()
                .map(entry -> new LintEntry(entry, "worker", false, FACTS.get(entry.policy()), BodyNeed.NONE))
                .toList();
    }
}
