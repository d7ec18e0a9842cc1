package io.policyengine.core.lint;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.IndexedRouteNames;
import io.policyengine.core.error.LintCode;
import io.policyengine.core.error.Problem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the policies of the engine cannot show; the examples of docs/lint.md are checked where these are at hand. */
class LintTest extends LintFixture {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "httproute/shop/api/rule/0/match/0/*",
                "httproute/shop/api/rule/12",
                "grpcroute/shop/api/rule/0/*",
                "listener~80~shop-route-0-httproute-api-shop-0-0-matcher-0",
                "rule/1"
            })
    void aNameThatCountsPlacesIsPointedAt(String name) {
        assertThat(IndexedRouteNames.include(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/users",
                "httproute/shop/api/*",
                "httproute/shop/api/rule/[0-9]+/.*",
                "/rules/1",
                "match-0"
            })
    void aNameThatDoesNotIsNot(String name) {
        assertThat(IndexedRouteNames.include(name)).isFalse();
    }

    @Test
    void whoIsThereToLeadToAnotherRouteSkipsItsChainWithoutBeingToldTo() throws IOException {
        assertThat(codes("[ { policy: reroutes } ]")).containsExactly("reroute_skips_chain");
        assertThat(codes("[ { policy: reroutes, lint_ignore: [reroute_skips_chain] } ]"))
                .isEmpty();
    }

    @Test
    void whoStandsInBothFlowsHasACounterpartOfTheSameNameAndParameters() throws IOException {
        String pair = "[ { policy: pair, params: { a: 1 } } ]";

        assertThat(codes(pair, pair)).isEmpty();
        assertThat(findings(pair, "[]"))
                .extracting(Problem::message)
                .containsExactly("'pair' needs an entry 'pair' of policy 'pair' in the response_flow too, which is"
                        + " missing: 'phases: both' on this entry adds it (route '/a')");
        assertThat(codes("[]", pair)).containsExactly("counterpart_missing");
        assertThat(codes(pair, "[ { policy: pair, params: { a: 2 } } ]"))
                .containsExactly("counterpart_missing", "counterpart_missing");
        assertThat(codes(pair, "[ { policy: pair, name: other, params: { a: 1 } } ]"))
                .containsExactly("counterpart_missing", "counterpart_missing");
        assertThat(codes(pair, "[ { policy: pair, params: { a: 1 }, mode: off } ]"))
                .containsExactly("counterpart_missing");
    }

    @Test
    void whatDecidesWhoGetsAnAnswerComesBeforeAnswersFromMemory() throws IOException {
        assertThat(findings("[ { policy: memory }, { policy: restricts } ]"))
                .extracting(Problem::message)
                .containsExactly(
                        "'restricts' decides who gets an answer, but does not run for requests that the earlier"
                                + " entry 'memory' answers from memory: move it before 'memory' (route '/a')");
        assertThat(codes("[ { policy: memory, when: \"request.method == 'GET'\" }, { policy: auth } ]"))
                .containsExactly("skipped_on_hit");
        assertThat(codes("[ { policy: auth }, { policy: restricts }, { policy: memory }, { policy: limit } ]"))
                .isEmpty();
        assertThat(codes("[ { policy: memory, mode: shadow }, { policy: auth } ]"))
                .isEmpty();
        assertThat(codes("[ { policy: memory }, { policy: unknown }, { policy: auth, mode: off } ]"))
                .isEmpty();
        assertThat(codes("[ { policy: memory }, { policy: auth, lint_ignore: [skipped_on_hit] } ]"))
                .isEmpty();
    }

    @Test
    void whatMasksComesBeforeAnswersAreStored() throws IOException {
        assertThat(findings("[]", "[ { policy: memory }, { policy: masks } ]"))
                .extracting(Problem::message)
                .containsExactly("'masks' removes, masks or refuses content, but the earlier entry 'memory' stores "
                        + "the response before that, and gives it to later requests: move it before 'memory'"
                        + " (route '/a')");
        String both = "[ { policy: masks, phases: both }, { policy: memory, phases: both } ]";
        assertThat(findings(both, "[]"))
                .extracting(Problem::message)
                .singleElement()
                .asString()
                .contains("to later requests: write '- entry: masks' before 'memory' in the response_flow (");
        assertThat(codes(both, "[ { entry: masks } ]")).isEmpty();
        assertThat(codes("[]", "[ { policy: memory }, { policy: removes } ]")).containsExactly("skipped_on_hit");
        assertThat(codes("[]", "[ { policy: memory }, { policy: removes, on_denial: true } ]"))
                .isEmpty();
        assertThat(findings("[]", "[ { policy: memory }, { policy: masksBody, on_denial: true } ]"))
                .extracting(Problem::message)
                .singleElement()
                .asString()
                .contains("('on_denial' has no effect, since the policy reads the body): move it before 'memory'");
        assertThat(codes("[]", "[ { policy: masks }, { policy: removes }, { policy: memory }, { policy: plain } ]"))
                .isEmpty();
    }

    @Test
    void whatJudgesComesBeforeAnswersAreStoredLikeWhatMasks() throws IOException {
        assertThat(codes("[]", "[ { policy: memory }, { policy: judges } ]")).containsExactly("skipped_on_hit");
        assertThat(codes("[]", "[ { policy: memory }, { policy: restricts } ]")).containsExactly("skipped_on_hit");
    }

    @Test
    void tokensOfAnExchangeDoNotReachAMemoryThatReadsBodies() throws IOException {
        String right = "[ { policy: memory }, { policy: tokenizes } ]";
        String restored = "[ { policy: restores }, { policy: memory } ]";
        body = BodyNeed.BUFFERED;

        assertThat(findings("[ { policy: tokenizes }, { policy: memory } ]", restored))
                .extracting(Problem::message)
                .containsExactly("'tokenizes' gives the same content different tokens in each request, and the later"
                        + " entry 'memory' compares the tokens: it misses repeated requests, or answers a request "
                        + "with the content of another one. Move the entry behind 'memory' (route '/a')");
        assertThat(findings(right, "[ { policy: memory }, { policy: restores } ]"))
                .extracting(Problem::message)
                .containsExactly("'restores' replaces the tokens of its own exchange, but the earlier entry 'memory'"
                        + " stores the response with them, and nothing can replace them in later answers: move it before 'memory'"
                        + " (route '/a')");
        assertThat(codes(right, restored)).isEmpty();
        assertThat(codes("[ { policy: masks }, { policy: memory } ]", restored)).isEmpty();
        assertThat(codes("[ { policy: tokenizes, mode: shadow }, { policy: memory } ]", restored))
                .isEmpty();
        assertThat(codes("[ { policy: tokenizes }, { policy: memory, mode: off } ]", restored))
                .isEmpty();
        assertThat(codes("[ { policy: tokenizes, lint_ignore: [tokens_in_memory] }, { policy: memory } ]", restored))
                .isEmpty();
    }

    @Test
    void tokensMayReachAMemoryThatReadsNoBodies() throws IOException {
        assertThat(codes(
                        "[ { policy: tokenizes }, { policy: memory } ]",
                        "[ { policy: memory }, { policy: restores } ]"))
                .isEmpty();
    }

    @Test
    void whatDependsOnTheIdentityIsNotStoredForOthers() throws IOException {
        String auth = "[ { policy: auth } ]";
        String condition = "when: \"identity.id != 'bob'\"";

        assertThat(codes(auth, "[ { policy: masks, " + condition + " }, { policy: sharedMemory } ]"))
                .containsExactly("stored_for_others");
        assertThat(codes(auth, "[ { policy: masksByIdentity }, { policy: sharedMemory } ]"))
                .containsExactly("stored_for_others");
        assertThat(codes(auth, "[ { policy: masksByIdentity }, { policy: memory } ]"))
                .isEmpty();
        assertThat(codes(auth, "[ { policy: masks }, { policy: limit }, { policy: sharedMemory } ]"))
                .isEmpty();
        assertThat(codes(auth, "[ { policy: plain, " + condition + " }, { policy: sharedMemory } ]"))
                .isEmpty();
        assertThat(codes(auth, "[ { policy: masksForIdentity }, { policy: sharedMemory } ]"))
                .containsExactly("stored_for_others");
    }

    @Test
    void aVariantOfARouteThatReroutesAuthenticatesLikeIt() throws IOException {
        String reroutes = "[ { policy: auth }, { policy: reroutes, lint_ignore: [reroute_skips_chain] } ]";

        assertThat(Lint.findings(
                        routes(Map.of("/shop*", reroutes, "/shop-next", "[ { policy: plain } ]")),
                        TIMES,
                        REPLICAS,
                        true))
                .extracting(Problem::message)
                .containsExactly("'reroutes' can move a request from '/shop*' to '/shop-next', which has no"
                        + " authentication; clients can also request it directly: name both routes of Envoy"
                        + " '/shop*', or let the chain of '/shop-next' authenticate (route '/shop*')");
        for (String sound : List.of("/shop-next", "/shop@next")) {
            assertThat(Lint.findings(
                            routes(Map.of("/shop", reroutes, sound, "[ { policy: optionalAuth } ]")),
                            TIMES,
                            REPLICAS,
                            true))
                    .isEmpty();
            assertThat(Lint.findings(
                            routes(Map.of("/shop", reroutes, sound, "[ { policy: unknown } ]")), TIMES, REPLICAS, true))
                    .isEmpty();
        }
        for (String other : List.of("/shops", "/shop/next", "/sho", "/next")) {
            assertThat(Lint.findings(
                            routes(Map.of("/shop", reroutes, other, "[ { policy: plain } ]")), TIMES, REPLICAS, true))
                    .isEmpty();
        }
    }

    private List<LintRoute> routes(Map<String, String> requestFlows) throws IOException {
        StringBuilder text = new StringBuilder("route_policies:\n");
        requestFlows.forEach((name, flow) -> text.append("  - { route_name: \"")
                .append(name)
                .append("\", request_flow: { policy_chain: ")
                .append(flow)
                .append(" } }\n"));
        return read(text.toString());
    }

    @Test
    void theUseOfTokensIsSeenWithTheTrailersOnly() throws IOException {
        String condition = "when: '\"envoy.ai.token_usage\" in envoy.metadata'";

        assertThat(codes("[]", "[ { policy: settles } ]")).isEmpty();
        assertThat(codes("[]", "[ { policy: usage } ]")).containsExactly("token_usage_too_early");
        assertThat(codes("[ { policy: usage } ]")).containsExactly("token_usage_too_early");
        assertThat(codes("[]", "[ { policy: plain, " + condition + " } ]")).containsExactly("token_usage_too_early");
        assertThat(codes("[]", "[ { policy: settles, " + condition + " } ]")).containsExactly("token_usage_too_early");
    }

    @Test
    void whatAnAnswerUsedIsCountedBeforeTheAnswerMayBeReplaced() throws IOException {
        String budget = "[ { policy: budget } ]";

        assertThat(findings(budget, "[ { policy: judges }, { policy: budget } ]"))
                .extracting(Problem::message)
                .containsExactly("'budget' counts what the answer used, but the earlier entry 'judges' may replace the"
                        + " answer, which then costs nothing (route '/a')");
        assertThat(findings("[ { policy: budget, phases: both } ]", "[ { policy: judges } ]"))
                .extracting(Problem::message)
                .singleElement()
                .asString()
                .contains(": write '- entry: budget' before it");
        assertThat(codes("[ { policy: budget, phases: both } ]", "[ { entry: budget }, { policy: judges } ]"))
                .isEmpty();
        assertThat(codes(budget, "[ { policy: masks }, { policy: budget } ]")).isEmpty();
        assertThat(codes("[ { policy: budgetByFacts } ]", "[ { policy: judges }, { policy: budgetByFacts } ]"))
                .isEmpty();
    }

    @Test
    void corsComesBeforeAuthentication() throws IOException {
        assertThat(codes("[ { policy: auth }, { policy: cors } ]")).containsExactly("cors_after_authentication");
        assertThat(codes("[ { policy: cors }, { policy: auth } ]")).isEmpty();
    }

    @Test
    void corsMayComeAfterAuthenticationThatLetsPreflightsPass() throws IOException {
        assertThat(codes("[ { policy: optionalAuth }, { policy: cors } ]")).isEmpty();
        assertThat(codes("[ { policy: auth, when: \"request.method != 'OPTIONS'\" }, { policy: cors } ]"))
                .isEmpty();
    }

    @Test
    void aWorkerWithFailOpenLetsRequestsPassItsAuthentication() throws IOException {
        failOpen = true;

        assertThat(findings("[ { policy: auth } ]"))
                .extracting(Problem::message)
                .containsExactly(
                        "'auth' authenticates, and lets requests pass when its worker 'worker' cannot be called: the"
                                + " worker has 'fail_open', and 'on_failure' is not set (route '/a')");
        assertThat(codes("[ { policy: auth, on_failure: deny } ]")).isEmpty();
    }

    @Test
    void whatFollowsAnAnswerIsReachedWhereTheWorkerFailsOpen() throws IOException {
        assertThat(codes("[ { policy: answer }, { policy: plain } ]")).containsExactly("unreachable");

        failOpen = true;

        assertThat(codes("[ { policy: answer }, { policy: plain } ]")).isEmpty();
    }

    @Test
    void authorizationComesAfterAuthentication() throws IOException {
        assertThat(findings("[ { policy: roles }, { policy: auth } ]"))
                .extracting(Problem::toString)
                .containsExactly(
                        "routes/a.yaml:3:47: error: 'roles' needs an identity, but no earlier policy provides one"
                                + " (route '/a') [needs_identity]");
        assertThat(codes("[ { policy: auth }, { policy: roles } ]")).isEmpty();
        assertThat(codes("[ { policy: auth, mode: shadow }, { policy: roles } ]"))
                .containsExactly("needs_identity");
    }

    @Test
    void anIdentityOfTheRequestIsThereForTheResponse() throws IOException {
        assertThat(codes("[ { policy: auth } ]", "[ { policy: roles } ]")).isEmpty();
        assertThat(codes("[ { policy: plain } ]", "[ { policy: roles } ]")).containsExactly("needs_identity");
    }

    @Test
    void anUnknownPolicyMayLeaveAnIdentity() throws IOException {
        assertThat(codes("[ { policy: unknown }, { policy: roles } ]")).isEmpty();
    }

    @Test
    void aConditionOnTheIdentityComesAfterAuthentication() throws IOException {
        assertThat(findings("[ { policy: plain, when: \"identity.id != ''\" }, { policy: auth } ]"))
                .extracting(Problem::toString)
                .containsExactly(
                        "routes/a.yaml:3:60: warning: the condition of 'plain' reads the identity, which 'auth'"
                                + " provides only later in the chain (route '/a') [uses_identity_too_early]");
        assertThat(codes("[ { policy: auth }, { policy: plain, when: \"identity.id != ''\" } ]"))
                .isEmpty();
    }

    /** As in a chain that routes with and without authentication share. */
    @Test
    void aConditionOnTheIdentityProvidesForItsAbsence() throws IOException {
        assertThat(codes("[ { policy: roles, when: \"identity.id != ''\" } ]")).isEmpty();
        assertThat(codes("[ { policy: roles, when: \"request.method == 'GET'\" } ]"))
                .containsExactly("needs_identity");
    }

    @Test
    void aLimitByIdentityComesAfterAuthenticationIfThereIsAny() throws IOException {
        assertThat(codes("[ { policy: limit }, { policy: auth } ]")).containsExactly("uses_identity_too_early");
        assertThat(codes("[ { policy: limit } ]")).isEmpty();
    }

    @Test
    void aConditionReadsOnlyTheHeadersThatItNames() throws IOException {
        String between = "[ { policy: sets }, { policy: plain, when: \"%s\" }, { policy: removes } ]";

        assertThat(codes(between.formatted("'x-a' in request.headers"))).isEmpty();
        assertThat(codes(between.formatted("request.headers.size() > 9"))).isEmpty();
        assertThat(codes(between.formatted("'x-b' in request.headers"))).containsExactly("header_set_then_removed");
    }

    @Test
    void aPolicyThatReadsAllHeadersReadsEach() throws IOException {
        assertThat(codes("[ { policy: sets }, { policy: readsAll }, { policy: removes } ]"))
                .isEmpty();
    }

    @Test
    void nothingOfTheResponseRunsOnARequestThatIsAnsweredUnlessItIsAppliedToDenials() throws IOException {
        assertThat(findings(
                        "[ { policy: answer } ]", "[ { policy: onDenial }, { policy: plain }, { policy: unknown } ]"))
                .extracting(Problem::message)
                .containsExactly(
                        "'plain' never runs: 'answer' always answers in the request_flow, and this entry is not "
                                + "applied to such answers ('on_denial') (route '/a')");
        assertThat(codes("[ { policy: answer } ]", "[ { policy: plain, on_denial: true } ]"))
                .isEmpty();
        assertThat(codes("[ { policy: answer, when: \"request.path == '/'\" } ]", "[ { policy: plain } ]"))
                .isEmpty();
    }

    @Test
    void whatFollowsAnAnswerRunsWhereAFailureLetsTheRequestPass() throws IOException {
        assertThat(codes("[ { policy: answer }, { policy: plain } ]")).containsExactly("unreachable");
        assertThat(codes("[ { policy: answer, on_failure: continue }, { policy: plain } ]", "[ { policy: plain } ]"))
                .isEmpty();
        assertThat(codes(
                        "[ { policy: plain, on_failure: skip_remaining }, { policy: answer } ]",
                        "[ { policy: plain } ]"))
                .isEmpty();
    }

    /** It is called like any other, whatever becomes of its result. */
    @Test
    void anEntryInTheShadowMakesCallsToo() throws IOException {
        assertThat(codes("[ { policy: plain }, { policy: other, mode: shadow }, { policy: plain } ]"))
                .containsExactly("call_could_be_saved");
        assertThat(codes("[ { policy: plain }, { policy: other, mode: off }, { policy: plain } ]"))
                .isEmpty();
    }

    @Test
    void anIgnoreSilencesAnError() throws IOException {
        assertThat(codes("[ { policy: roles, lint_ignore: [needs_identity] }, { policy: auth } ]"))
                .isEmpty();
    }

    @Test
    void anEntryThatFailsOpenHasItsTimeWhateverThoseBeforeItTake() throws IOException {
        String slow = "[ { policy: plain, timeout_ms: 300 }, ";

        assertThat(lackOfTime(slow + "{ policy: limit, timeout_ms: 201, on_failure: continue } ]"))
                .containsExactly(
                        "'limit' denies, regardless of 'on_failure' and 'on_overload', if it fails with less time"
                                + " than its 'timeout_ms' (201 ms); earlier entries may take 300 of the 500 ms that a call to"
                                + " worker 'worker' gives them: lower a 'timeout_ms', or raise that of the worker (route '/a')");
        assertThat(lackOfTime(slow + "{ policy: limit, timeout_ms: 201, on_overload: skip_remaining } ]"))
                .hasSize(1);
        assertThat(lackOfTime(slow + "{ policy: limit, timeout_ms: 200, on_failure: continue } ]"))
                .isEmpty();
        assertThat(lackOfTime(slow + "{ policy: limit, timeout_ms: 201 } ]")).isEmpty();
        assertThat(lackOfTime(slow + "{ policy: limit, on_failure: continue } ]"))
                .isEmpty();
        assertThat(lackOfTime(slow.replace("300", "300, mode: shadow")
                        + "{ policy: limit, timeout_ms: 201, on_failure: continue } ]"))
                .isEmpty();
        assertThat(lackOfTime(slow + "{ policy: other }, { policy: limit, timeout_ms: 201, on_failure: continue } ]"))
                .isEmpty();
    }

    @Test
    void aCallThatFailsOpenHasItsTimeWhateverTheCallsBeforeItTake() throws IOException {
        String three = "[ { policy: plain }, { policy: other }, { policy: plain }, ";

        assertThat(lackOfTime(three + "{ policy: other, on_failure: continue } ]"))
                .containsExactly(
                        "'other#2' denies, regardless of 'on_failure' and 'on_overload', if the call of worker 'another'"
                                + " fails with less time than its 'timeout_ms' (500 ms); earlier calls may take"
                                + " 1500 of the 1500 ms of 'limits.phase_timeout_ms': lower the 'timeout_ms' of a worker,"
                                + " or raise that limit (route '/a')");
        assertThat(lackOfTime(three + "{ policy: other } ]")).isEmpty();
        assertThat(lackOfTime("[ { policy: plain }, { policy: other }, { policy: plain, on_failure: continue } ]"))
                .isEmpty();
    }

    private List<String> lackOfTime(String request) throws IOException {
        return findings(request).stream()
                .filter(problem -> problem.code() == LintCode.TIMEOUTS_DO_NOT_FIT)
                .map(Problem::message)
                .toList();
    }

    @Test
    void anIgnoreThatSilencesNothingIsPointedOut() throws IOException {
        assertThat(findings("[ { policy: plain, lint_ignore: [needs_identity] } ]"))
                .extracting(Problem::toString)
                .containsExactly("routes/a.yaml:3:67: warning: there is no 'needs_identity' here to ignore: remove it"
                        + " [unused_ignore]");
        assertThat(codes("[ { policy: plain, lint_ignore: [needs_identity, unused_ignore] } ]"))
                .isEmpty();
        assertThat(codes("[ { policy: plain, lint_ignore: [unused_ignore] } ]")).containsExactly("unused_ignore");
    }

    @Test
    void whatAProcessRemembersIsDividedAmongReplicas() throws IOException {
        assertThat(findings("[ { policy: otherRemembers } ]"))
                .extracting(Problem::toString)
                .containsExactly("routes/a.yaml:3:47: warning: 'otherRemembers' relies on state in the memory of its"
                        + " process, and worker 'another' has 2 replicas, each with its own state: set 'store' to a"
                        + " shared store if the policy has this parameter, or give the worker one replica (route '/a')"
                        + " [state_not_shared]");
        assertThat(codes("[]", "[ { policy: otherRemembers } ]")).containsExactly("state_not_shared");
        assertThat(codes("[ { policy: otherRemembers, mode: shadow } ]")).isEmpty();
        assertThat(codes("[ { policy: remembers }, { policy: otherAuth } ]")).isEmpty();
    }

    @Test
    void whileRoutesAreLeftOutAnyIgnoreMayBeOfUse() throws IOException {
        List<LintRoute> routes = routes("[ { policy: plain, lint_ignore: [needs_identity] } ]", "[]");

        assertThat(Lint.findings(routes, TIMES, REPLICAS, false)).isEmpty();
    }

    @Test
    void factsOutliveTheWireAndUnknownOnesAreIgnored() {
        EntryFacts facts = EntryFacts.of(Set.of(Fact.USES_IDENTITY)).with(HeaderUse.Action.SETS, List.of("X-User-ID"));

        assertThat(facts.codes()).containsExactly("sets_header:x-user-id", "uses_identity");
        assertThat(EntryFacts.ofCodes(List.of("of_tomorrow", "sets_header:x-user-id", "uses_identity")))
                .isEqualTo(facts);
    }
}
