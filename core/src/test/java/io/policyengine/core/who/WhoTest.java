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
import io.policyengine.core.policy.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small chains in all compositions: who gets in, and why. */
class WhoTest {
    static final Map<String, EntryFacts> FACTS = Map.ofEntries(
            Map.entry("auth", facts(Fact.PROVIDES_IDENTITY, Fact.DENIES_ANONYMOUS, Fact.MAY_DENY)),
            Map.entry("jwks", facts(Fact.PROVIDES_IDENTITY, Fact.DENIES_ANONYMOUS, Fact.HAS_DEPENDENCY)),
            Map.entry("optional", facts(Fact.PROVIDES_IDENTITY).passing(Occasion.NO_CREDENTIALS, "/required")),
            Map.entry("another", facts(Fact.PROVIDES_IDENTITY).passing(Occasion.NO_CREDENTIALS, "/required")),
            Map.entry(
                    "stripping",
                    facts(Fact.PROVIDES_IDENTITY, Fact.DENIES_ANONYMOUS)
                            .with(HeaderUse.Action.REMOVES, List.of("x-key"))),
            Map.entry("roles", facts(Fact.NEEDS_IDENTITY, Fact.REQUIRES_IDENTITY, Fact.RESTRICTS_ACCESS)),
            Map.entry("otherRoles", facts(Fact.NEEDS_IDENTITY, Fact.REQUIRES_IDENTITY, Fact.RESTRICTS_ACCESS)),
            Map.entry("rule", facts(Fact.RESTRICTS_ACCESS)),
            Map.entry("asks", facts(Fact.RESTRICTS_ACCESS, Fact.HAS_DEPENDENCY)),
            Map.entry("limit", facts(Fact.LIMITS_USE)),
            Map.entry(
                    "stored",
                    facts(Fact.LIMITS_USE, Fact.HAS_DEPENDENCY).passing(Occasion.DEPENDENCY_AWAY, "/on_store_failure")),
            Map.entry("free", facts(Fact.LIMITS_USE).passing(Occasion.COSTS_NOTHING, "/cost")),
            Map.entry("scan", facts(Fact.JUDGES_CONTENT).passing(Occasion.TOO_LARGE, "/on_too_large")),
            Map.entry("mask", facts(Fact.MASKS_CONTENT)),
            Map.entry("headerMask", facts(Fact.MASKS_CONTENT, Fact.ON_DENIAL)),
            Map.entry("removes", facts().with(HeaderUse.Action.REMOVES, List.of("x-cost"))),
            Map.entry("cache", facts(Fact.ANSWERS_FROM_MEMORY, Fact.STORES_ANSWERS)),
            Map.entry("memoryOfBody", facts(Fact.ANSWERS_FROM_MEMORY, Fact.STORES_ANSWERS)),
            Map.entry("mock", facts(Fact.ALWAYS_ANSWERS)),
            Map.entry("rewrite", facts(Fact.CHANGES_REQUEST)),
            Map.entry("skip", facts(Fact.SKIPS_REMAINING)),
            Map.entry("reroute", facts(Fact.REROUTES)),
            Map.entry("foreign", EntryFacts.of(Set.of(Fact.MAY_DENY))),
            Map.entry("plain", facts()));

    @TempDir
    Path directory;

    private boolean failOpen;

    private static EntryFacts facts(Fact... more) {
        EntryFacts facts = EntryFacts.of(Set.of(more));
        return facts.with(Fact.DECLARES_ALL_EFFECTS);
    }

    @Test
    void aRequiredAuthenticatorLetsNoOneInWithoutAnIdentity() throws IOException {
        assertThat(openings("[ { policy: auth }, { policy: limit } ]")).isEmpty();
        assertThat(identities("[ { policy: auth }, { policy: limit } ]")).containsExactly("auth");
    }

    @Test
    void aChainWithoutAnAuthenticatorLetsAnyoneIn() throws IOException {
        assertThat(openings("[ { policy: limit } ]")).containsExactly("upstream identity []: always");
        assertThat(identities("[ { policy: limit } ]")).containsExactly("anyone");
    }

    @Test
    void anOptionalAuthenticatorLetsRequestsWithoutCredentialsIn() throws IOException {
        assertThat(openings("[ { policy: optional } ]"))
                .containsExactly("upstream identity []: no_credentials optional /required");
        assertThat(identities("[ { policy: optional } ]")).containsExactly("anyone", "optional");
    }

    @Test
    void twoOptionalAuthenticatorsBothLackCredentials() throws IOException {
        assertThat(openings("[ { policy: optional }, { policy: another } ]"))
                .containsExactly("upstream identity []: no_credentials optional /required"
                        + " + no_credentials another /required");
        assertThat(openings("[ { policy: optional }, { policy: auth } ]")).isEmpty();
    }

    @Test
    void aPolicyThatRequiresAnIdentityClosesWhatOptionalAuthenticatorsLeaveOpen() throws IOException {
        assertThat(openings("[ { policy: optional }, { policy: roles } ]")).isEmpty();
        assertThat(openings("[ { policy: optional }, { policy: roles, mode: shadow } ]"))
                .containsExactly(
                        "upstream identity []: no_credentials optional /required + shadow roles mode",
                        "upstream access [roles]: shadow roles mode");
    }

    @Test
    void aConditionOpensWhereItIsFalse() throws IOException {
        assertThat(openings("[ { policy: auth, when: \"!('x-beta' in request.headers)\" } ]"))
                .containsExactly("upstream identity []: condition_false auth when");
        assertThat(openings("[ { policy: auth }, { policy: limit, when: \"request.method == 'GET'\" } ]"))
                .containsExactly("upstream limit [limit]: condition_false limit when");
    }

    @Test
    void aLimitDoesNotCountWhatCostsNothing() throws IOException {
        assertThat(openings("[ { policy: auth }, { policy: free } ]"))
                .containsExactly("upstream limit [free]: costs_nothing free /cost");
        assertThat(openings("[ { policy: auth }, { policy: free, when: \"request.method == 'GET'\" } ]"))
                .containsExactly("upstream limit [free]: condition_false free when | costs_nothing free /cost");
    }

    @Test
    void conditionsThatExcludeEachOtherLeaveNoGap() throws IOException {
        assertThat(openings("[ { policy: auth, when: \"'x-key' in request.headers\" },"
                        + " { policy: jwks, when: \"!('x-key' in request.headers)\" } ]"))
                .isEmpty();
        assertThat(openings("[ { policy: stripping, when: \"'x-key' in request.headers\" },"
                        + " { policy: jwks, when: \"!('X-Key' in request.headers)\" } ]"))
                .isEmpty();
        assertThat(openings("[ { policy: auth, when: \"request.method in ['GET', 'HEAD']\" },"
                        + " { policy: jwks, when: \"request.method != 'GET' && 'HEAD' != request.method\" } ]"))
                .isEmpty();
        assertThat(openings("[ { policy: optional }, { policy: auth, when: \"identity.id == ''\" } ]"))
                .isEmpty();
    }

    @Test
    void aConditionOfAResponseIsJudgedWithThoseOfItsRequest() throws IOException {
        String auth = "{ policy: auth, when: \"'x-internal' in request.headers\" }, { policy: roles }";
        String mask = "[ { policy: mask, when: \"request.method == 'POST' || 'x-internal' in request.headers\" } ]";
        String opened = "client mask [mask]: condition_false mask when";

        assertThat(openings("[ " + auth + " ]", mask)).isEmpty();
        // Without the policy that requires an identity, other requests reach the upstream, too.
        assertThat(openings("[ { policy: auth, when: \"'x-internal' in request.headers\" } ]", mask))
                .contains(opened);
        // The response condition reads what an entry may have changed.
        assertThat(openings("[ " + auth + ", { policy: rewrite } ]", mask)).contains(opened);
        // These values may differ between the flows, also for entries with the same position.
        for (String value : List.of("metadata['a']", "envoy.metadata['n'].a", "request.attributes['a']")) {
            assertThat(openings(
                            "[ { policy: auth, when: \"" + value + " == 'b'\" }, { policy: roles } ]",
                            "[ { policy: mask, when: \"" + value + " == 'b'\" } ]"))
                    .as(value)
                    .contains(opened);
        }
    }

    @Test
    void anEntryThatMayReplaceTheBodyChangesTheFieldsThatDescribeIt() throws IOException {
        for (String field : List.of("digest", "content-encoding", "content-type")) {
            assertThat(openings("[ { policy: auth, when: \"!('" + field
                            + "' in request.headers)\" }, { policy: scan }, { policy: jwks, when: \"'" + field
                            + "' in request.headers\" } ]"))
                    .contains("upstream identity []: condition_false auth when + condition_false jwks when");
        }
        assertThat(openings("[ { policy: auth, when: \"!('x-key' in request.headers)\" }, { policy: scan },"
                        + " { policy: jwks, when: \"'x-key' in request.headers\" } ]"))
                .noneMatch(opening -> opening.startsWith("upstream identity"));
    }

    @Test
    void oneReaderThatRefusesACodingRefusesItForAll() throws IOException {
        assertThat(openings("[ { policy: auth }, { policy: scan, on_encoded: pass } ]"))
                .anyMatch(opening -> opening.contains("encoded scan on_encoded"));
        assertThat(openings("[ { policy: auth }, { policy: scan, on_encoded: pass }, { policy: memoryOfBody } ]"))
                .noneMatch(opening -> opening.contains("encoded"));
    }

    /** The worker is away for the first part of a divided call, and back for the second. */
    @Test
    void theFirstPartOfADividedCallMayFailAlone() throws IOException {
        assertThat(openings("[ { policy: auth, on_failure: continue }, { policy: scan, on_failure: continue },"
                        + " { policy: other/roles } ]"))
                .noneMatch(opening -> opening.startsWith("upstream identity"));
        assertThat(openings("[ { policy: auth, on_failure: continue }, { policy: memoryOfBody, on_failure: continue },"
                        + " { policy: other/roles } ]"))
                .anyMatch(opening -> opening.startsWith("from_memory identity []: worker_away auth on_failure"));
    }

    @Test
    void aChangeOfTheRequestBetweenConditionsLeavesAGap() throws IOException {
        assertThat(openings("[ { policy: auth, when: \"'x-key' in request.headers\" }, { policy: rewrite },"
                        + " { policy: jwks, when: \"!('x-key' in request.headers)\" } ]"))
                .containsExactly("upstream identity []: condition_false auth when + condition_false jwks when");
        assertThat(openings("[ { policy: stripping, when: \"'x-key' in request.headers\" },"
                        + " { policy: limit, when: \"!('x-key' in request.headers)\" } ]"))
                .containsExactly(
                        "upstream identity []: condition_false stripping when",
                        "upstream limit [limit]: condition_false limit when");
    }

    @Test
    void anEntryThatIsOffOrInTheShadowGuaranteesNothing() throws IOException {
        assertThat(openings("[ { policy: auth, mode: off } ]")).containsExactly("upstream identity []: off auth mode");
        assertThat(openings("[ { policy: auth }, { policy: limit, mode: shadow } ]"))
                .containsExactly("upstream limit [limit]: shadow limit mode");
    }

    @Test
    void onFailureOpensOnlyWhereADependencyOrTheWholeCallMayFail() throws IOException {
        assertThat(openings("[ { policy: jwks, on_failure: continue }, { policy: rule } ]"))
                .containsExactly("upstream identity []: dependency_away jwks on_failure");
        // The call to their worker has a strict entry, and the policy itself cannot fail for want of another.
        assertThat(openings("[ { policy: auth, on_failure: continue }, { policy: rule } ]"))
                .isEmpty();
        assertThat(openings("[ { policy: auth, on_failure: continue } ]"))
                .containsExactly("upstream identity []: worker_away auth on_failure");
        assertThat(
                        openings(
                                "[ { policy: auth }, { name: limit, policy: other/limit, on_failure: continue }, { policy: rule } ]"))
                .containsExactly("upstream limit [limit]: worker_away limit on_failure");
    }

    @Test
    void skippingTheRestSkipsEveryGuaranteeAfterIt() throws IOException {
        assertThat(openings("[ { policy: auth }, { policy: asks, on_failure: skip_remaining }, { policy: roles },"
                        + " { policy: limit } ]"))
                .containsExactly(
                        "upstream access [asks, roles]: dependency_away asks on_failure",
                        "upstream limit [limit]: dependency_away asks on_failure");
        assertThat(openings("[ { policy: skip }, { policy: auth } ]"))
                .containsExactly("upstream identity []: skips_remaining skip ");
    }

    @Test
    void overloadHasARuleOfItsOwn() throws IOException {
        assertThat(openings("[ { policy: auth }, { policy: limit, on_overload: continue } ]"))
                .containsExactly("upstream limit [limit]: overloaded limit on_overload");
    }

    @Test
    void aWorkerThatFailsOpenOpensWhereOnFailureIsNotSet() throws IOException {
        failOpen = true;

        assertThat(openings("[ { policy: auth } ]"))
                .containsExactly("upstream identity []: worker_away auth fail_open");
        assertThat(openings("[ { policy: auth, on_failure: deny } ]")).isEmpty();
        assertThat(openings("[ { policy: auth }, { policy: rule, on_failure: deny } ]"))
                .isEmpty();
    }

    @Test
    void aCallThatIsDividedBeforeABodyMayFailInTheMiddle() throws IOException {
        String auth = "[ { policy: auth, on_failure: continue }, ";
        String roles = ", { name: roles, policy: other/roles } ]";

        assertThat(openings(auth + "{ policy: limit, on_failure: continue }" + roles))
                .isEmpty();
        assertThat(openings(auth + "{ policy: scan, on_failure: continue }" + roles))
                .containsExactly(
                        "upstream judgement [scan]: too_large scan /on_too_large" + " | worker_away scan on_failure");
    }

    @Test
    void aParameterMayLetRequestsPass() throws IOException {
        assertThat(openings("[ { policy: auth }, { policy: stored }, { policy: scan, on_encoded: pass } ]"))
                .containsExactly(
                        "upstream limit [stored]: dependency_away stored /on_store_failure",
                        "upstream judgement [scan]: encoded scan on_encoded | too_large scan /on_too_large");
    }

    @Test
    void aHitBeforeAGuaranteeDoesWithoutIt() throws IOException {
        String cache = "[ { policy: auth }, { policy: cache }, { policy: roles } ]";

        assertThat(openings(cache)).containsExactly("from_memory access [roles]: from_memory cache ");
        assertThat(openings("[ { policy: cache }, { policy: auth } ]"))
                .containsExactly("from_memory identity []: from_memory cache ");
        assertThat(openings("[ { policy: auth }, { policy: roles }, { policy: cache } ]"))
                .isEmpty();
    }

    @Test
    void aHitBeforeAMaskOfRequestsReachesNoUpstream() throws IOException {
        assertThat(openings("[ { policy: auth }, { policy: cache }, { policy: mask } ]"))
                .isEmpty();
    }

    @Test
    void aStoredResponseIsMaskedOnlyIfTheMaskComesBeforeTheStore() throws IOException {
        String request = "[ { policy: auth }, { policy: cache } ]";

        assertThat(openings(request, "[ { policy: mask }, { policy: cache } ]")).isEmpty();
        assertThat(openings(request, "[ { policy: cache }, { policy: mask } ]"))
                .containsExactly("from_memory mask [mask]: from_memory cache ");
        assertThat(openings(request, "[ { policy: mask, when: \"response.status == 200\" }, { policy: cache } ]"))
                .containsExactly("client mask [mask]: condition_false mask when");
    }

    @Test
    void fieldsThatAreRemovedOnlyAfterTheStoreAreInStoredResponses() throws IOException {
        String request = "[ { policy: auth }, { policy: cache } ]";
        String unmasked = "from_memory mask [removes]: from_memory cache ";

        assertThat(openings(request, "[ { policy: removes }, { policy: cache } ]"))
                .isEmpty();
        assertThat(openings(request, "[ { policy: cache }, { policy: removes } ]"))
                .containsExactly(unmasked);
        assertThat(openings(request, "[ { policy: cache }, { policy: removes, when: \"response.status == 200\" } ]"))
                .containsExactly(unmasked);
        assertThat(openings(request, "[ { policy: cache }, { policy: removes, on_denial: true } ]"))
                .isEmpty();
        assertThat(openings(request, "[ { policy: cache }, { policy: removes, mode: shadow } ]"))
                .isEmpty();
        assertThat(openings("[ { policy: auth } ]", "[ { policy: cache }, { policy: removes } ]"))
                .isEmpty();
    }

    @Test
    void aMaskThatRunsOnStoredResponsesMayComeAfterTheStore() throws IOException {
        String request = "[ { policy: auth }, { policy: cache } ]";

        assertThat(openings(request, "[ { policy: cache }, { policy: headerMask } ]"))
                .isEmpty();
        assertThat(openings(request, "[ { policy: cache }, { policy: headerMask, on_denial: false } ]"))
                .containsExactly("from_memory mask [headerMask]: from_memory cache ");
    }

    @Test
    void whatAlwaysAnswersLetsNothingReachTheUpstream() throws IOException {
        assertThat(answer("[ { policy: mock } ]", "[]").isReached()).isFalse();
        assertThat(openings("[ { policy: mock, when: \"request.path == '/a'\" }, { policy: auth } ]"))
                .isEmpty();
        assertThat(openings("[ { policy: mock, on_overload: continue } ]"))
                .containsExactly("upstream identity []: overloaded mock on_overload");
    }

    @Test
    void aPolicyThatDeclaresNothingIsAssumedToDoTheWorst() throws IOException {
        assertThat(openings("[ { policy: auth }, { policy: foreign }, { policy: limit } ]"))
                .containsExactly(
                        "upstream identity []: undeclared foreign ",
                        "upstream limit [limit]: skips_remaining foreign ");
        assertThat(openings("[ { policy: foreign }, { policy: auth } ]"))
                .containsExactly("upstream identity []: skips_remaining foreign ");
        assertThat(openings("[ { policy: auth }, { policy: unknown } ]"))
                .containsExactly("upstream identity []: undeclared unknown ");
        assertThat(openings("[ { policy: auth }, { policy: foreign }, { policy: roles } ]"))
                .containsExactly(
                        "upstream identity []: skips_remaining foreign  + undeclared foreign ",
                        "upstream access [roles]: skips_remaining foreign ");
    }

    @Test
    void rerouteIsNamed() throws IOException {
        assertThat(answer("[ { policy: auth }, { policy: reroute } ]", "[]").reroutes())
                .containsExactly(new Opening.Position(Phase.REQUEST, 1));
    }

    @Test
    void manyConditionsAreFollowedInBoundedTime() throws IOException {
        StringBuilder chain = new StringBuilder("[ ");
        for (int i = 0; i < 40; i++) {
            chain.append("{ policy: optional, name: a")
                    .append(i)
                    .append(", when: \"request.headers['x-")
                    .append(i);
            chain.append("'] == 'b'\" }, ");
        }

        assertThat(openings(chain + "{ policy: limit } ]"))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("upstream identity");
        assertThat(openings(chain + "{ policy: auth } ]")).isEmpty();
    }

    private List<String> openings(String request) throws IOException {
        return openings(request, "[]");
    }

    private List<String> openings(String request, String response) throws IOException {
        LintRoute route = route(request, response);
        return answerOf(route).openings().stream()
                .map(opening -> text(route, opening))
                .toList();
    }

    private List<String> identities(String request) throws IOException {
        LintRoute route = route(request, "[]");
        List<String> names = new ArrayList<>();
        for (int identity : answerOf(route).identities()) {
            names.add(
                    identity == RouteAnswer.ANYONE
                            ? "anyone"
                            : route.request().get(identity).config().name());
        }
        return names;
    }

    private RouteAnswer answer(String request, String response) throws IOException {
        return answerOf(route(request, response));
    }

    private static RouteAnswer answerOf(LintRoute route) {
        return new Who(Overrides.at(Instant.EPOCH, List.of())).of(route);
    }

    private static String text(LintRoute route, Opening opening) {
        String guards = opening.guards().stream()
                .map(guard -> name(route, guard.phase(), guard.entry()))
                .collect(Collectors.joining(", ", "[", "]"));
        String ways = opening.ways().stream()
                .map(way -> way.causes().isEmpty()
                        ? "always"
                        : way.causes().stream()
                                .map(cause -> cause.kind().code() + " " + name(route, cause.phase(), cause.entry())
                                        + " " + cause.setting())
                                .collect(Collectors.joining(" + ")))
                .collect(Collectors.joining(" | "));
        return opening.reach().code() + " " + opening.guarantee().code() + " " + guards + ": " + ways;
    }

    private static String name(LintRoute route, Phase phase, int entry) {
        return (phase == Phase.REQUEST ? route.request() : route.response())
                .get(entry)
                .config()
                .name();
    }

    /** An entry whose policy begins with {@code other/} belongs to another worker. */
    private LintRoute route(String request, String response) throws IOException {
        Files.createDirectories(directory.resolve("routes"));
        Files.writeString(
                directory.resolve("routes/a.yaml"),
                "route_policies:\n  - route_name: /a\n    request_flow: { policy_chain: "
                        + request.replace("other/", "other_") + " }\n    response_flow: { policy_chain: " + response
                        + " }\n");
        return ConfDirectory.read(directory, Map.<String, String>of()::get).routes().stream()
                .map(route -> new LintRoute(route, entries(route.requestFlow()), entries(route.responseFlow())))
                .toList()
                .getFirst();
    }

    private List<LintEntry> entries(FlowConfig flow) {
        return flow.chain().stream().map(this::entry).toList();
    }

    private LintEntry entry(EntryConfig entry) {
        boolean isElsewhere = entry.policy().startsWith("other_");
        String policy = isElsewhere ? entry.policy().substring("other_".length()) : entry.policy();
        return new LintEntry(
                entry,
                isElsewhere ? "another" : "worker",
                failOpen,
                FACTS.get(policy),
                policy.equals("scan") || policy.equals("memoryOfBody") ? BodyNeed.BUFFERED : BodyNeed.NONE);
    }
}
