package io.policyengine.core.who.words;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.FlowConfig;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.who.Who;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The words about a policy of a third party whose effects are not, or not all, declared. */
class UndeclaredEffectsTest {
    private static final Overrides NO_OVERRIDES = Overrides.at(Instant.EPOCH, List.of());
    private static final String DECLARE = "let the policy declare its effects (docs/writing-policies.md), or ";

    @TempDir
    Path directory;

    @Test
    void effectsOfAPolicyThatNoWorkerDescribesAreUnknown() throws IOException {
        String why = ", which is possible because the effects of policy 'foreign' are unknown here: no worker is asked";

        assertThat(ways(null)).containsExactlyInAnyOrder(bothEffects(why));
    }

    @Test
    void aPolicyThatDeclaresSomeEffectsMayHaveOthers() throws IOException {
        String why = ", which is possible because policy 'foreign' does not declare all its effects";

        assertThat(ways(EntryFacts.of(Set.of(Fact.MAY_DENY)))).containsExactlyInAnyOrder(bothEffects(why));
    }

    private static String[] bothEffects(String why) {
        return new String[] {
            "requests reach the upstream without an identity if 'foreign' removes the identity" + why + " | " + DECLARE
                    + "put 'foreign' before the entries that authenticate",
            "requests reach the upstream unlimited by 'limit' if 'foreign' skips the rest of the flow" + why + " | "
                    + DECLARE + "put 'foreign' behind the entries that it skips"
        };
    }

    @Test
    void aPolicyThatDeclaresToSkipHasNothingMoreToDeclare() throws IOException {
        assertThat(ways(EntryFacts.of(Set.of(Fact.SKIPS_REMAINING, Fact.DECLARES_ALL_EFFECTS))))
                .containsExactly("requests reach the upstream unlimited by 'limit' if 'foreign' skips the rest of the"
                        + " flow | put 'foreign' behind the entries that it skips");
    }

    @Test
    void aPolicyThatDeclaresAllItsEffectsOpensNothing() throws IOException {
        assertThat(ways(EntryFacts.of(Set.of(Fact.DECLARES_ALL_EFFECTS)))).isEmpty();
    }

    /** Returns the sentences and remedies about a chain in which a policy has these facts; null if they are unknown. */
    private List<String> ways(@Nullable EntryFacts foreign) throws IOException {
        Files.createDirectories(directory.resolve("routes"));
        Files.writeString(directory.resolve("routes/a.yaml"), """
                route_policies:
                  - route_name: /a
                    request_flow: { policy_chain: [ { policy: auth }, { policy: foreign }, { policy: limit } ] }
                """);
        RouteConfig config = ConfDirectory.read(directory, _ -> null).routes().getFirst();
        LintRoute route = new LintRoute(config, entries(config.requestFlow(), foreign), List.of());
        return RouteReport.of(route, new Who(NO_OVERRIDES).of(route), NO_OVERRIDES).openings().stream()
                .flatMap(open -> open.ways().stream()
                        .map(way -> Sentences.sentence(open, way) + " | "
                                + way.reasons().getFirst().remedy()))
                .toList();
    }

    private static List<LintEntry> entries(FlowConfig flow, @Nullable EntryFacts foreign) {
        return flow.chain().stream()
                .map(entry -> new LintEntry(
                        entry,
                        entry.policy().equals("foreign") ? "theirs" : "ours",
                        false,
                        switch (entry.policy()) {
                            case "auth" ->
                                EntryFacts.of(Set.of(
                                        Fact.PROVIDES_IDENTITY, Fact.DENIES_ANONYMOUS, Fact.DECLARES_ALL_EFFECTS));
                            case "limit" -> EntryFacts.of(Set.of(Fact.LIMITS_USE, Fact.DECLARES_ALL_EFFECTS));
                            default -> foreign;
                        },
                        BodyNeed.NONE))
                .toList();
    }
}
