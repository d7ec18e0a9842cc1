package io.policyengine.core.lint;

import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.FlowConfig;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.error.Problem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.IdSpace;
import io.policyengine.core.policy.Leniency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/** Chains of policies that exist only by their facts, and what the lint finds in them. */
abstract class LintFixture {
    static final Map<String, EntryFacts> FACTS = Map.ofEntries(
            Map.entry("auth", EntryFacts.of(Set.of(Fact.PROVIDES_IDENTITY, Fact.DENIES_ANONYMOUS))),
            Map.entry("tokenAuth", EntryFacts.of(Set.of(Fact.PROVIDES_IDENTITY, Fact.PASSES_TOKEN))),
            Map.entry("otherTokenAuth", EntryFacts.of(Set.of(Fact.PROVIDES_IDENTITY, Fact.PASSES_TOKEN))),
            Map.entry("otherAuth", EntryFacts.of(Set.of(Fact.PROVIDES_IDENTITY))),
            Map.entry("exchange", EntryFacts.of(Set.of(Fact.NEEDS_IDENTITY, Fact.NEEDS_TOKEN))),
            Map.entry("whole", EntryFacts.none()),
            Map.entry("chunks", EntryFacts.none()),
            Map.entry("mixedAuth", issuing(new IdSpace("a", "x:"), new IdSpace("b", "x:"))),
            Map.entry("nestedAuth", issuing(new IdSpace("a", ""), new IdSpace("b", "b:"))),
            Map.entry("prefixedAuth", issuing(new IdSpace("c", "c:"))),
            Map.entry("secondPrefixAuth", issuing(new IdSpace("d", "d:"))),
            Map.entry("issuerAuth", issuing(new IdSpace("c", ""))),
            Map.entry("optionalAuth", EntryFacts.of(Set.of(Fact.PROVIDES_IDENTITY))),
            Map.entry("roles", EntryFacts.of(Set.of(Fact.NEEDS_IDENTITY))),
            Map.entry("limit", EntryFacts.of(Set.of(Fact.USES_IDENTITY))),
            Map.entry("cors", EntryFacts.of(Set.of(Fact.HANDLES_CORS))),
            Map.entry("answer", EntryFacts.of(Set.of(Fact.ALWAYS_ANSWERS))),
            Map.entry("reroutes", EntryFacts.of(Set.of(Fact.REROUTES))),
            Map.entry("pair", EntryFacts.of(Set.of(Fact.STANDS_IN_BOTH_FLOWS))),
            Map.entry("budget", EntryFacts.of(Set.of(Fact.STANDS_IN_BOTH_FLOWS, Fact.LIMITS_USE))),
            Map.entry("budgetByFacts", EntryFacts.of(Set.of(Fact.STANDS_IN_BOTH_FLOWS, Fact.LIMITS_USE))),
            Map.entry("onDenial", EntryFacts.of(Set.of(Fact.ON_DENIAL))),
            Map.entry("sets", EntryFacts.none().with(HeaderUse.Action.SETS, List.of("x-a"))),
            Map.entry("removes", EntryFacts.none().with(HeaderUse.Action.REMOVES, List.of("x-a"))),
            Map.entry("rewrites", EntryFacts.none().with(HeaderUse.Action.SETS, List.of(HeaderUse.PATH))),
            Map.entry("readsAll", EntryFacts.none().with(HeaderUse.Action.READS, List.of(HeaderUse.ALL))),
            Map.entry("usage", EntryFacts.readingMetadata("envoy.ai.token_usage")),
            Map.entry(
                    "settles",
                    EntryFacts.readingMetadata("envoy.ai.token_usage").with(Fact.READS_TRAILERS)),
            Map.entry("restricts", EntryFacts.of(Set.of(Fact.RESTRICTS_ACCESS))),
            Map.entry("masksBody", EntryFacts.of(Set.of(Fact.MASKS_CONTENT))),
            Map.entry("masks", EntryFacts.of(Set.of(Fact.MASKS_CONTENT))),
            Map.entry("masksByIdentity", EntryFacts.of(Set.of(Fact.MASKS_CONTENT, Fact.USES_IDENTITY))),
            Map.entry("masksAlone", EntryFacts.of(Set.of(Fact.MASKS_CONTENT, Fact.DECLARES_ALL_EFFECTS))),
            Map.entry("otherMasks", EntryFacts.of(Set.of(Fact.MASKS_CONTENT, Fact.DECLARES_ALL_EFFECTS))),
            Map.entry(
                    "masksOrPasses",
                    EntryFacts.of(Set.of(Fact.MASKS_CONTENT, Fact.DECLARES_ALL_EFFECTS, Fact.HAS_DEPENDENCY))
                            .passing(Leniency.Occasion.DEPENDENCY_AWAY, "/on_error")),
            Map.entry("masksForIdentity", EntryFacts.of(Set.of(Fact.MASKS_CONTENT, Fact.NEEDS_IDENTITY))),
            Map.entry("judges", EntryFacts.of(Set.of(Fact.JUDGES_CONTENT))),
            Map.entry("tokenizes", EntryFacts.of(Set.of(Fact.MASKS_CONTENT, Fact.TOKENIZES_CONTENT))),
            Map.entry("restores", EntryFacts.of(Set.of(Fact.RESTORES_CONTENT))),
            Map.entry("memory", EntryFacts.of(Set.of(Fact.ANSWERS_FROM_MEMORY, Fact.STORES_ANSWERS))),
            Map.entry(
                    "sharedMemory",
                    EntryFacts.of(Set.of(Fact.ANSWERS_FROM_MEMORY, Fact.STORES_ANSWERS, Fact.SHARES_ANSWERS))),
            Map.entry("remembers", EntryFacts.of(Set.of(Fact.RELIES_ON_LOCAL_STATE))),
            Map.entry("otherRemembers", EntryFacts.of(Set.of(Fact.RELIES_ON_LOCAL_STATE))),
            Map.entry("other", EntryFacts.none()),
            Map.entry("plain", EntryFacts.none()));

    static final CallTimes TIMES = new CallTimes(
            Duration.ofMillis(1500),
            Map.of(
                    "worker", new CallTimes.OfWorker(Duration.ofMillis(500), Duration.ofMillis(500)),
                    "another", new CallTimes.OfWorker(Duration.ofMillis(500), Duration.ofMillis(450))));

    static final Replicas REPLICAS = new Replicas(Map.of("worker", 1, "another", 2));

    @TempDir
    Path directory;

    boolean failOpen;

    /** The need of the policies that no name gives another one. */
    BodyNeed body = BodyNeed.NONE;

    static EntryFacts issuing(IdSpace... spaces) {
        EntryFacts facts = EntryFacts.of(Set.of(Fact.PROVIDES_IDENTITY));
        for (IdSpace space : spaces) {
            facts = facts.with(space);
        }
        return facts;
    }

    List<String> codes(String request) throws IOException {
        return codes(request, "[]");
    }

    List<String> codes(String request, String response) throws IOException {
        return findings(request, response).stream()
                .map(problem -> Objects.requireNonNull(problem.code()).text())
                .toList();
    }

    List<Problem> findings(String request) throws IOException {
        return findings(request, "[]");
    }

    List<Problem> findings(String request, String response) throws IOException {
        return Lint.findings(routes(request, response), TIMES, REPLICAS, true);
    }

    List<LintRoute> routes(String request, String response) throws IOException {
        return read("route_policies:\n  - route_name: /a\n    request_flow: { policy_chain: " + request
                + " }\n    response_flow: { policy_chain: " + response + " }\n");
    }

    List<LintRoute> read(String text) throws IOException {
        Files.createDirectories(directory.resolve("routes"));
        Files.writeString(directory.resolve("routes/a.yaml"), text);
        return ConfDirectory.read(directory, Map.<String, String>of()::get).routes().stream()
                .map(route -> new LintRoute(route, entries(route.requestFlow()), entries(route.responseFlow())))
                .toList();
    }

    List<LintEntry> entries(FlowConfig flow) {
        return flow.chain().stream().map(this::entry).toList();
    }

    LintEntry entry(EntryConfig entry) {
        String worker = entry.policy().startsWith("other") ? "another" : "worker";
        BodyNeed need = switch (entry.policy()) {
            case "whole", "masksBody" -> BodyNeed.BUFFERED;
            case "chunks", "budget" -> BodyNeed.STREAMING;
            default -> body;
        };
        return new LintEntry(entry, worker, failOpen, FACTS.get(entry.policy()), need);
    }
}
