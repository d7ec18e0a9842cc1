package io.policyengine.core.who;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.FlowConfig;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.who.Opening.Position;
import io.policyengine.core.who.RouteDiff.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of small chains: what they open, and what they close. */
class WhoDiffTest {
    private static final String A = "when: \"'x-a' in request.headers\"";
    private static final String NOT_A = "when: \"!('x-a' in request.headers)\"";
    private static final String A_OR_B = "when: \"'x-a' in request.headers || 'x-b' in request.headers\"";

    private static final String ANONYMOUS = "when: \"identity.id == ''\"";

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                // before | after | what opens
                "[ auth ]             | [ auth ]                      | -",
                "[ auth ]             | []                            | upstream identity []: always",
                "[ auth ]             | [ limit ]                     | upstream identity []: always",
                "[ auth ]             | [ auth A ]                    | upstream identity []: condition_false auth",
                "[ auth ]             | [ optional ]                  | upstream identity []: no_credentials optional",
                "[ auth ]             | [ auth A, jwks NOT_A ]        | -",
                "[ auth ]             | [ jwks ]                      | -",
                "[ auth ]             | [ auth off ]                  | upstream identity []: off auth",
                "[ auth off ]         | [ auth shadow ]               | -",
                "[ auth off ]         | []                            | -",
                "[ auth A ]           | [ auth ]                      | -",
                "[ auth A ]           | [ auth A_OR_B ]               | -",
                "[ auth A_OR_B ]      | [ auth A ]                    | upstream identity []: condition_false auth",
                "[ auth A ]           | [ auth NOT_A ]                | upstream identity []: condition_false auth",
                "[ auth A ]           | []                            | upstream identity []: always",
                "[ auth A ]           | [ rewrite, auth A ]           | upstream identity []: condition_false auth",
                "[ optional A ]       | [ optional ]                  | -",
                "[ optional, jwks A ] | [ optional ]                  | upstream identity []: no_credentials optional",
                "[ optional ]         | [ optional, jwks A ]          | -",
                "[ optional A, jwks NOT_A ] | [ optional ]            | upstream identity []: no_credentials optional",
                "[ optional ]         | [ another ]                   | upstream identity []: no_credentials another",
                "[ optional ]         | [ cache, optional ]           | from_memory identity []: from_memory cache",
                "[ cache ]            | [ cache, auth ]               | -",
                "[ auth, roles ]      | [ auth ]                      | gone roles",
                "[ auth, roles ]      | [ auth, roles shadow ]        | upstream access [roles]: shadow roles",
                "[ auth, roles A ]    | [ auth ]                      | gone roles",
                "[ auth, roles off ]  | [ auth ]                      | -",
                "[ auth, roles ]      | [ auth, rule ]                | gone roles",
                "[ auth ]             | [ auth, roles A ]             | -",
                "[ auth, roles ]      | [ auth, cache, roles ]        | from_memory access [roles]: from_memory cache",
                "[ auth, limit ]      | [ auth, skip, limit ]         | upstream limit [limit]: skips_remaining skip",
                "[ auth, skip A, limit ] | [ auth, skip, limit ]      | upstream limit [limit]: skips_remaining skip",
                "[ auth ]             | [ auth, foreign ]             | upstream identity []: undeclared foreign",
                "[ auth, roles ]      | [ mock ]                      | -",
                "[ mock ]             | [ limit ]                     | upstream identity []: always",
                "[ mock A ]           | []                            | upstream identity []: always",
                "[ auth ]             | [ auth, reroute ]             | reroute reroute",
                "[ auth, reroute ]    | [ auth, limit, reroute ]      | -",
                "[ auth, asks ]       | [ auth, asks lenient ]        | upstream access [asks]: dependency_away asks",
                "[ jwks lenient ]     | [ auth lenient, jwks lenient ] | -",
                "[ jwks lenient ]     | [ another, jwks lenient ]     | -",
                "[ auth A, rule ANON ] | [ auth, rule ANON ]          | upstream access [rule]: condition_false rule",
                "[ auth, rule ANON ]  | [ auth, rule ANON, limit ]    | -",
                "[ auth, rule ANON ]  | [ auth A, rule ANON ]         | upstream identity []: condition_false auth",
                "[ auth A, rule ANON ] | [ auth A, jwks NOT_A, rule ANON ] | upstream access [rule]: condition_false rule",
                "[ auth A, jwks NOT_A, rule ANON ] | [ auth, rule ANON ] | -",
                "[ optional, rule ANON ] | [ optional, another, rule ANON ] | upstream access [rule]: condition_false rule",
                "[ optional, another, rule ANON ] | [ optional, rule ANON ] | upstream identity []: no_credentials optional",
                "[ optional, rule ANON ] | [ auth, rule ANON ]        | upstream access [rule]: condition_false rule",
                "[ auth, rule ANON ]  | [ jwks, rule ANON ]           | -",
                "[ auth A, limit A ]  | [ auth, limit A ]             | -"
            })
    void aChangeOpensWhatNeedsFewerOrOtherCircumstances(String line) throws IOException {
        String[] parts = line.split(" +\\| +", 3);

        assertThat(String.join("; ", opened(route(parts[0]), route(parts[1]))))
                .as(line)
                .isEqualTo(parts[2].strip().equals("-") ? "" : parts[2].strip());
    }

    @Test
    void aRenamedEntryIsTheSame() throws IOException {
        assertThat(opened(
                        route("[ auth, { policy: roles, name: admins } ]"),
                        route("[ { policy: auth, name: first }, { policy: roles, name: people } ]")))
                .isEmpty();
        assertThat(opened(
                        route("[ auth, { policy: roles, name: admins }, { policy: roles, name: people } ]"),
                        route("[ auth, { policy: roles, name: people } ]")))
                .containsExactly("gone admins");
    }

    @Test
    void aMaskAfterTheStoreOpensStoredResponses() throws IOException {
        AnsweredRoute before = route("[ auth, cache ]", "[ mask, cache ]");

        assertThat(opened(before, route("[ auth, cache ]", "[ cache, mask ]")))
                .containsExactly("from_memory mask [mask]: from_memory cache");
        assertThat(opened(before, route("[ auth, cache ]", "[ cache ]"))).containsExactly("gone mask");
    }

    @Test
    void fieldsRemovedAfterTheStoreOpenStoredResponses() throws IOException {
        AnsweredRoute before = route("[ auth, cache ]", "[ removes, cache ]");
        AnsweredRoute after = route("[ auth, cache ]", "[ cache, removes ]");

        assertThat(opened(before, after)).containsExactly("from_memory mask [removes]: from_memory cache");
        assertThat(opened(after, before)).isEmpty();
        assertThat(opened(route("[ auth, cache ]", "[ cache ]"), after)).isEmpty();
        assertThat(opened(route("[ auth, cache ]", "[ cache, removes off ]"), after))
                .isEmpty();
    }

    /** The condition of a response entry reads the request as it went upstream. */
    @Test
    void aRequestEntryThatMayChangeWhatAResponseConditionReadsOpens() throws IOException {
        assertThat(opened(route("[ auth ]", "[ mask A ]"), route("[ auth, rewrite ]", "[ mask A ]")))
                .containsExactly("client mask [mask]: condition_false mask");
    }

    @Test
    void whatIsNotComparedForLackOfWorkOpens() throws IOException {
        AnsweredRoute before = route("[ optional ]");
        AnsweredRoute after = route("[ optional, limit ]");
        var bounded = new WhoDiff(0);

        List<RouteDiff> diffs = bounded.between(Map.of("a", before), Map.of("a", after), Set.of(), _ -> null);

        assertThat(diff(before, after).opened().isEmpty()).isTrue();
        assertThat(texts(before, after, diffs.getFirst().opened()))
                .containsExactly("upstream identity []: no_credentials optional");
        assertThat(bounded.isSpent()).isTrue();
    }

    @Test
    void anAcceptedWayDoesNotOpen() throws IOException {
        AnsweredRoute before = route("[ auth, limit ]");
        AnsweredRoute after =
                route("[ auth A, limit A ]", "[]", "accept: [ { no_identity_when: always, reason: it is public } ]");

        assertThat(diff(before, after).opened().openings())
                .extracting(Opening::guarantee)
                .containsExactly(Guarantee.LIMIT);
    }

    /** Of 16 ways eight are listed: a route that accepts each of the 16 by itself has accepted ways that nobody saw. */
    @Test
    void moreWaysThanAreListedOpenAlsoIfTheyAreAcceptedOneByOne() throws IOException {
        String chain = optional(4, "x");
        List<String> items = new ArrayList<>();
        for (int way = 0; way < 16; way++) {
            List<String> causes = new ArrayList<>();
            List<String> conditions = new ArrayList<>();
            for (int entry = 0; entry < 4; entry++) {
                boolean isFalse = (way >> entry & 1) == 1;
                causes.add((isFalse ? "condition_false a" : "no_credentials a") + entry);
                if (isFalse) {
                    conditions.add("\"'x" + entry + "' in request.headers\"");
                }
            }
            items.add("{ no_identity_when: " + causes + (conditions.isEmpty() ? "" : ", condition: " + conditions)
                    + ", reason: known }");
        }

        AnsweredRoute accepting = route(chain, "[]", "accept: [ " + String.join(", ", items) + " ]");
        AnsweredRoute isPublic = route(chain, "[]", "accept: [ { no_identity_when: always, reason: public } ]");

        assertThat(Acknowledged.of(accepting.route()).unused(accepting.answer()))
                .as("items of ways that are not listed count as used")
                .isEmpty();
        assertThat(diff(route("[ auth ]"), accepting).opened().openings()).hasSize(1);
        assertThat(diff(route("[ auth ]"), isPublic).opened().isEmpty()).isTrue();
    }

    /** Most ways of 20 optional authenticators are forgotten, before a change as after it. */
    @Test
    void aChangeOfAChainWhoseWaysWereForgottenOpens() throws IOException {
        AnsweredRoute before = route(optional(20, "x"));

        assertThat(diff(before, route(optional(20, "y"))).opened().openings()).hasSize(1);
        assertThat(diff(before, route(optional(20, "x").replace("name: a0", "timeout_ms: 70, name: a0")))
                        .opened()
                        .isEmpty())
                .isTrue();
        assertThat(diff(before, route("[ auth ]")).opened().isEmpty()).isTrue();
    }

    /** Returns a chain of optional authenticators with conditions, of which the first reads another header. */
    private static String optional(int entries, String first) {
        return IntStream.range(0, entries)
                .mapToObj(number -> "{ policy: optional, name: a" + number + ", when: \"'" + (number == 0 ? first : "x")
                        + number + "' in request.headers\" }")
                .collect(Collectors.joining(", ", "[ ", " ]"));
    }

    /** Policies with equal facts lead to equal answers, but one that is gone opens. */
    @Test
    void routesWithEqualAnswersAreComparedByTheirOwnEntries() throws IOException {
        Map<String, AnsweredRoute> before = new LinkedHashMap<>();
        before.put("a", route("[ auth, roles ]"));
        before.put("b", route("[ auth, roles ]"));
        Map<String, AnsweredRoute> after = new LinkedHashMap<>();
        after.put("a", route("[ auth, { policy: roles, timeout_ms: 70 } ]"));
        after.put("b", route("[ auth, otherRoles ]"));

        List<RouteDiff> diffs = new WhoDiff().between(before, after, Set.of(), _ -> null);

        assertThat(diffs)
                .extracting(diff -> diff.opened().gone().size())
                .as("of those that differ")
                .contains(1);
        assertThat(diffs.getFirst().opened().isEmpty()).isTrue();
    }

    @Test
    void aRouteThatIsGoneIsComparedWithWhatTakesItsRequests() throws IOException {
        AnsweredRoute old = route("[ auth, roles ]");
        AnsweredRoute other = route("[ auth ]");
        Function<RouteConfig, @Nullable AnsweredRoute> open = AnsweredRoute::withoutPolicies;

        assertThat(gone(old, _ -> null)).isEmpty();
        assertThat(gone(old, _ -> other)).containsExactly("gone roles");
        assertThat(gone(old, open)).containsExactly("upstream identity []: always", "gone roles");
        assertThat(gone(route("[]"), open)).isEmpty();
    }

    @Test
    void aNewRouteIsNew() throws IOException {
        RouteDiff diff = new WhoDiff()
                .between(Map.of(), Map.of("a", route("[]")), Set.of(), _ -> null)
                .getFirst();

        assertThat(diff.change()).isEqualTo(Change.NEW);
        assertThat(diff.opened().isEmpty()).isTrue();
    }

    @Test
    void aRefusedRouteOpensNothing() throws IOException {
        RouteDiff diff = new WhoDiff()
                .between(Map.of("a", route("[ auth ]")), Map.of(), Set.of("a"), AnsweredRoute::withoutPolicies)
                .getFirst();

        assertThat(diff.change()).isEqualTo(Change.KEPT);
        assertThat(diff.after()).isNull();
        assertThat(diff.opened().isEmpty()).isTrue();
    }

    @Test
    void whatOneChangeOpensTheOppositeCloses() throws IOException {
        AnsweredRoute tight = route("[ auth, roles ]");
        AnsweredRoute loose = route("[ auth A ]");

        RouteDiff diff = diff(loose, tight);

        assertThat(diff.opened().isEmpty()).isTrue();
        assertThat(diff.closed().openings()).hasSize(1);
        assertThat(diff.closed().gone()).hasSize(1);
    }

    private static List<String> gone(AnsweredRoute old, Function<RouteConfig, @Nullable AnsweredRoute> next) {
        RouteDiff diff = new WhoDiff()
                .between(Map.of("a", old), Map.of(), Set.of(), next)
                .getFirst();
        assertThat(diff.change()).isEqualTo(Change.GONE);
        AnsweredRoute after = diff.after();
        return after == null ? List.of() : texts(old, after, diff.opened());
    }

    private static RouteDiff diff(AnsweredRoute before, AnsweredRoute after) {
        Map<String, AnsweredRoute> old = new LinkedHashMap<>(Map.of("a", before));
        return new WhoDiff()
                .between(old, Map.of("a", after), Set.of(), _ -> null).stream()
                        .findFirst()
                        .orElse(new RouteDiff(Change.KEPT, before, after, Opened.NOTHING, Opened.NOTHING));
    }

    private static List<String> opened(AnsweredRoute before, AnsweredRoute after) {
        return texts(before, after, diff(before, after).opened());
    }

    private static List<String> texts(AnsweredRoute before, AnsweredRoute after, Opened opened) {
        return Stream.of(
                        opened.openings().stream().map(opening -> text(after, opening)),
                        opened.gone().stream().map(place -> "gone " + name(before, place)),
                        opened.reroutes().stream().map(place -> "reroute " + name(after, place)))
                .flatMap(texts -> texts)
                .toList();
    }

    private static String text(AnsweredRoute route, Opening opening) {
        String ways = opening.ways().stream()
                .map(way -> way.causes().isEmpty()
                        ? "always"
                        : way.causes().stream()
                                .map(cause -> cause.kind().code() + " "
                                        + name(route, new Position(cause.phase(), cause.entry())))
                                .collect(Collectors.joining(" + ")))
                .collect(Collectors.joining(" | "));
        return opening.reach().code() + " " + opening.guarantee().code() + " "
                + opening.guards().stream().map(place -> name(route, place)).toList() + ": " + ways;
    }

    private static String name(AnsweredRoute route, Position place) {
        return route.entry(place).config().name();
    }

    private AnsweredRoute route(String request) throws IOException {
        return route(request, "[]");
    }

    private AnsweredRoute route(String request, String response) throws IOException {
        return route(request, response, "");
    }

    /**
     * Returns a route with these chains and settings: a word of a chain is a policy, and the words after it are its
     * settings.
     */
    private AnsweredRoute route(String request, String response, String settings) throws IOException {
        Files.createDirectories(directory.resolve("routes"));
        Files.writeString(
                directory.resolve("routes/a.yaml"),
                "route_policies:\n  - route_name: /a\n    " + settings + "\n    request_flow: { policy_chain: "
                        + chain(request) + " }\n    response_flow: { policy_chain: " + chain(response) + " }\n");
        RouteConfig config = ConfDirectory.read(directory, Map.<String, String>of()::get)
                .routes()
                .getFirst();
        var route = new LintRoute(config, entries(config.requestFlow()), entries(config.responseFlow()));
        return new AnsweredRoute(route, new Who(Overrides.at(Instant.EPOCH, List.of())).of(route));
    }

    private static String chain(String text) {
        if (text.contains("policy:")) {
            return text.replaceAll("(?<=[\\[,]) ?(\\w+)(?= ?[,\\]])", " { policy: $1 }");
        }
        String entries = Stream.of(text.replaceAll("[\\[\\]]", "").split(","))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .map(entry -> "{ policy: "
                        + entry.replace(" ANON", ", " + ANONYMOUS)
                                .replace(" A_OR_B", ", " + A_OR_B.replace("||", "OR"))
                                .replace(" NOT_A", ", " + NOT_A)
                                .replaceAll(" A$", ", " + A)
                                .replace(" OR ", " || ")
                                .replace(" off", ", mode: off")
                                .replace(" shadow", ", mode: shadow")
                                .replace(" lenient", ", on_failure: continue")
                        + " }")
                .collect(Collectors.joining(", "));
        return "[ " + entries + " ]";
    }

    private static List<LintEntry> entries(FlowConfig flow) {
        return flow.chain().stream().map(WhoDiffTest::entry).toList();
    }

    private static LintEntry entry(EntryConfig entry) {
        return new LintEntry(entry, "worker", false, WhoTest.FACTS.get(entry.policy()), BodyNeed.NONE);
    }
}
