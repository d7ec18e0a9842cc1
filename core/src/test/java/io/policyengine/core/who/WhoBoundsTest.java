package io.policyengine.core.who;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.FlowConfig;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.Leniency.Occasion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The work for large chains is bounded, and an answer that a bound cuts short assumes the worst. Work is counted, not timed. */
class WhoBoundsTest {
    private static final Overrides NO_OVERRIDES = Overrides.at(Instant.EPOCH, List.of());
    private static final int MAX_ENTRIES = 1000;

    /** A calculation exceeds its limit by no more than the work for one entry of the largest chain here. */
    private static final int EXCESS = 2_000_000;

    private static final Map<String, EntryFacts> FACTS = Map.of(
            "auth", facts(Fact.PROVIDES_IDENTITY, Fact.DENIES_ANONYMOUS),
            "optional", facts(Fact.PROVIDES_IDENTITY).passing(Occasion.NO_CREDENTIALS, "/required"),
            "roles", facts(Fact.REQUIRES_IDENTITY, Fact.RESTRICTS_ACCESS),
            "limit", facts(Fact.LIMITS_USE, Fact.HAS_DEPENDENCY),
            "cache", facts(Fact.ANSWERS_FROM_MEMORY, Fact.STORES_ANSWERS),
            "mask", facts(Fact.MASKS_CONTENT),
            "rewrite", facts(Fact.CHANGES_REQUEST),
            "stamp", facts().with(HeaderUse.Action.SETS, List.of("x-stamp")),
            "mark", facts().with(HeaderUse.Action.SETS, List.of("x-mark")));

    @TempDir
    Path directory;

    private final Who who = new Who(NO_OVERRIDES);

    private static EntryFacts facts(Fact... more) {
        return EntryFacts.of(Set.of(more)).with(Fact.DECLARES_ALL_EFFECTS);
    }

    /** Each change doubles what may have changed, which a state must not remember for all of them. */
    @Test
    void manyChangesUnderConditionsEnd() throws IOException {
        String changes =
                entries(40, i -> "{ policy: rewrite, name: r" + i + ", when: \"'x-" + i + "' in request.headers\" }");

        RouteAnswer answer = who.of(route(
                changes + ", { policy: optional, when: \"'x-key' in request.headers\" }, { policy: roles,"
                        + " when: \"!('x-key' in request.headers)\" }",
                ""));

        assertThat(answer.identities()).contains(RouteAnswer.ANYONE);
        assertThat(who.work()).isLessThan(Who.MAX_WORK_OF_ROUTE + EXCESS);
    }

    @Test
    void largeChainsEnd() throws IOException {
        follow(200);
    }

    @Test
    @Tag("nightly")
    void theLargestChainsEnd() throws IOException {
        follow(MAX_ENTRIES);
    }

    /** Follows chains of one policy with different conditions. Each condition is compiled once for all of them. */
    private void follow(int entries) throws IOException {
        LintRoute route = route(
                entries(
                        entries,
                        i -> "{ policy: one, name: a" + i + ", on_overload: continue, when: \"request.headers['x-" + i
                                + "'] == 'b' || request.method == 'GET'\" }"),
                "");
        for (String policy : List.of("optional", "rewrite", "limit", "cache", "roles", "unknown")) {
            long before = who.work();

            RouteAnswer answer = who.of(new LintRoute(
                    route.config(),
                    route.request().stream()
                            .map(entry -> entry(entry.config(), policy))
                            .toList(),
                    List.of()));

            assertThat(answer.identities()).as(policy).contains(RouteAnswer.ANYONE);
            assertThat(who.work() - before).as(policy).isLessThan(Who.MAX_WORK_OF_ROUTE + EXCESS);
        }
    }

    @Test
    void anAnswerThatIsCutShortSaysSoAndIsNotLessOpen() throws IOException {
        LintRoute route = route(
                "{ policy: auth, when: \"'x-a' in request.headers\" }, { policy: cache }, { policy: optional,"
                        + " when: \"'x-b' in request.headers\" }, { policy: stamp }, { policy: roles,"
                        + " when: \"request.headers['x-stamp'] == 'b'\" }, { policy: limit, on_failure: continue }",
                "{ policy: cache }, { policy: mask, when: \"response.status == 200\" }");
        RouteAnswer whole = who.of(route);

        for (long limit = 0; limit <= who.work(); limit += 1 + who.work() / 60) {
            RouteAnswer cut = new Who(NO_OVERRIDES, limit, limit).of(route);
            assertThat(cut.isReached()).isTrue();
            assertThat(cut.identities()).as("limit %s", limit).containsAll(whole.identities());
            assertThat(whole.kept()).as("limit %s", limit).containsAll(cut.kept());
            assertThat(missing(cut)).as("limit %s", limit).containsAll(missing(whole));
        }
        assertThat(who.work()).isGreaterThan(20);
        assertThat(new Who(NO_OVERRIDES, 0, 0).of(route).openings())
                .flatExtracting(Opening::ways)
                .flatExtracting(Way::causes)
                .extracting(Cause::kind)
                .contains(Cause.Kind.UNDECIDED);
    }

    /** The guarantees that messages may lack, with the entries that give them. */
    private static Set<String> missing(RouteAnswer answer) {
        return answer.openings().stream()
                .flatMap(opening -> opening.guards().isEmpty()
                        ? Stream.of(opening.guarantee().code())
                        : opening.guards().stream()
                                .map(guard -> opening.guarantee().code() + " " + guard))
                .collect(Collectors.toSet());
    }

    @Test
    void allRoutesTogetherTakeBoundedWork() throws IOException {
        Who small = new Who(NO_OVERRIDES, 200, 400);

        for (int i = 0; i < 100; i++) {
            String chain = entries(10, entry -> "{ policy: limit, name: l" + entry + ", on_overload: continue }");
            small.of(route(chain + ", { policy: roles, when: \"request.method == 'M" + i + "'\" }", ""));
        }

        assertThat(small.calculated()).isEqualTo(100);
        assertThat(small.work()).isLessThan(40_000);
    }

    @Test
    void chainsThatDifferInNothingThatMattersAreFollowedOnce() throws IOException {
        String limit = ", { policy: limit, when: \"'x-key' in request.headers\" }";

        RouteAnswer first = who.of(route("{ policy: auth, name: a }, { policy: stamp }" + limit, ""));

        assertThat(who.of(route("{ policy: auth, name: b }, { policy: mark }" + limit, "")))
                .isSameAs(first);
        assertThat(who.of(route("{ policy: auth, name: c, on_overload: deny }, { policy: mark }" + limit, "")))
                .isSameAs(first);
        assertThat(who.calculated()).isEqualTo(1);
        assertThat(who.of(route("{ policy: auth }, { policy: rewrite }" + limit, "")))
                .isNotSameAs(first);
        assertThat(who.of(route("{ policy: auth, mode: shadow }, { policy: stamp }" + limit, "")))
                .isNotSameAs(first);
    }

    private static String entries(int number, IntFunction<String> entry) {
        return IntStream.range(0, number).mapToObj(entry).collect(Collectors.joining(", "));
    }

    private LintRoute route(String request, String response) throws IOException {
        Files.createDirectories(directory.resolve("routes"));
        Files.writeString(
                directory.resolve("routes/a.yaml"),
                "route_policies:\n  - route_name: /a\n    request_flow: { policy_chain: [ " + request
                        + " ] }\n    response_flow: { policy_chain: [ " + response + " ] }\n");
        var config = ConfDirectory.read(directory, Map.<String, String>of()::get)
                .routes()
                .getFirst();
        return new LintRoute(config, entries(config.requestFlow()), entries(config.responseFlow()));
    }

    private static List<LintEntry> entries(FlowConfig flow) {
        return flow.chain().stream().map(entry -> entry(entry, entry.policy())).toList();
    }

    private static LintEntry entry(EntryConfig entry, String policy) {
        return new LintEntry(entry, "worker", false, FACTS.get(policy), BodyNeed.NONE);
    }
}
