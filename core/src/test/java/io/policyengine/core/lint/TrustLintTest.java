package io.policyengine.core.lint;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.FlowConfig;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.Leniency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values that clients can choose, in chains that the policies of the engine cannot show. */
class TrustLintTest {
    private static final Map<String, EntryFacts> FACTS = Map.of(
            "auth",
            EntryFacts.of(Set.of(Fact.PROVIDES_IDENTITY)),
            "restricts",
            EntryFacts.of(Set.of(Fact.RESTRICTS_ACCESS)),
            "limit",
            EntryFacts.of(Set.of(Fact.LIMITS_USE, Fact.LIMITS_BY_FIELDS)).with(HeaderUse.Action.READS, List.of("x-a")),
            "addressLimit",
            EntryFacts.of(Set.of(Fact.LIMITS_USE, Fact.LIMITS_BY_WHOLE_ADDRESS)),
            "free",
            EntryFacts.of(Set.of(Fact.LIMITS_USE)).passing(Leniency.Occasion.COSTS_NOTHING, "/cost"),
            "rule",
            EntryFacts.of(Set.of(Fact.RESTRICTS_ACCESS)).with(HeaderUse.Action.READS, List.of("x-forwarded-for")),
            "sets",
            EntryFacts.none().with(HeaderUse.Action.SETS, List.of("x-a", "x-forwarded-for")),
            "removes",
            EntryFacts.none().with(HeaderUse.Action.REMOVES, List.of("x-a")),
            "other",
            EntryFacts.none());

    @TempDir
    Path directory;

    @Test
    void aKeyThatAnEarlierEntrySetsIsNotTheClients() throws IOException {
        assertThat(codes("{ policy: limit }")).containsExactly("client_chooses_key");
        assertThat(codes("{ policy: sets, when: \"request.method == 'GET'\" }, { policy: limit }"))
                .containsExactly("client_chooses_key");
        assertThat(codes("{ policy: addressLimit }")).containsExactly("client_chooses_key");
        assertThat(codes("{ policy: limit, mode: shadow }")).isEmpty();
        assertThat(codes("{ policy: sets }, { policy: limit }")).isEmpty();
        assertThat(codes("{ policy: removes }, { policy: limit }")).isEmpty();
        assertThat(codes("{ policy: unknown }, { policy: limit }")).isEmpty();
    }

    @Test
    void aLimitThatCountsNotEveryRequestIsFound() throws IOException {
        assertThat(codes("{ policy: free }")).containsExactly("limit_costs_nothing");
        assertThat(codes("{ policy: free, lint_ignore: [limit_costs_nothing] }"))
                .isEmpty();
        assertThat(codes("{ policy: free, mode: shadow }")).isEmpty();
        assertThat(codes(
                        "{ policy: free }",
                        "[ { no_limit_when: costs_nothing free, reason: free requests are wanted } ]"))
                .isEmpty();
        assertThat(codes("{ policy: free }", "[ { no_limit_when: costs_nothing other, reason: another entry } ]"))
                .containsExactly("limit_costs_nothing");
    }

    @Test
    void anAddressInAHeaderMattersWhereSomethingIsProtected() throws IOException {
        String condition = ", when: \"'x-real-ip' in request.headers\" }";

        assertThat(codes("{ policy: rule }")).containsExactly("address_from_header");
        assertThat(codes("{ policy: sets }, { policy: rule }")).isEmpty();
        assertThat(codes("{ policy: restricts" + condition)).containsExactly("address_from_header");
        assertThat(codes("{ policy: other" + condition)).isEmpty();
    }

    @Test
    void theRawPathMattersWhereSomethingIsProtected() throws IOException {
        String condition = ", when: \"request.raw_path != '/a'\" }";

        assertThat(codes("{ policy: auth" + condition)).containsExactly("decides_on_raw_path");
        assertThat(codes("{ policy: other" + condition)).isEmpty();
    }

    private List<String> codes(String entries) throws IOException {
        return codes(entries, "[]");
    }

    private List<String> codes(String entries, String accept) throws IOException {
        Files.createDirectories(directory.resolve("routes"));
        Files.writeString(
                directory.resolve("routes/a.yaml"),
                "route_policies:\n  - route_name: /a\n    accept: " + accept + "\n    request_flow: { policy_chain: [ "
                        + entries + " ] }\n");
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
