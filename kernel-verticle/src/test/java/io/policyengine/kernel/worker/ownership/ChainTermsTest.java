package io.policyengine.kernel.worker.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.JsonNodeFactory;

/** What a chain was first said to do holds for whoever prepares it later. */
class ChainTermsTest {
    private static final String WORKER = "w";
    private static final Ownership LISTED = new Ownership(Map.of("p", new Ownership.Title(WORKER, null, true)));
    private static final PreparedChain.Entry ALL =
            entry(BodyNeed.BUFFERED, true, facts("x-user-id", Fact.PROVIDES_IDENTITY, Fact.MAY_DENY));

    private final ChainTerms terms = new ChainTerms();

    record Less(PreparedChain.Entry entry, String says) {}

    static Stream<Less> lesser() {
        return Stream.of(
                new Less(entry(BodyNeed.NONE, true, ALL.facts()), "no longer reads the body"),
                new Less(
                        entry(BodyNeed.BUFFERED, false, ALL.facts()),
                        "no longer looks at the request's body in the response phase"),
                new Less(
                        entry(BodyNeed.BUFFERED, true, facts("x-user-id", Fact.PROVIDES_IDENTITY)),
                        "no longer declares may_deny"),
                new Less(
                        entry(BodyNeed.BUFFERED, true, facts("x-other", Fact.PROVIDES_IDENTITY, Fact.MAY_DENY)),
                        "no longer sets the fields that name the client to the upstream: x-user-id"),
                new Less(
                        entry(
                                BodyNeed.BUFFERED,
                                true,
                                ALL.facts().with(EntryFacts.bodyUnlessMetadata(Phase.REQUEST, "a"))),
                        "replaces the body by Envoy's metadata in more cases than before"));
    }

    @Test
    void anEntryMayTakeLessInThePlaceOfItsBodyThanWasFirstSaid() {
        want(1, Ownership.NONE);
        EntryFacts one = ALL.facts().with(EntryFacts.bodyUnlessMetadata(Phase.RESPONSE, "a"));
        EntryFacts two = one.with(EntryFacts.bodyUnlessMetadata(Phase.RESPONSE, "b"));
        EntryFacts other = ALL.facts().with(EntryFacts.bodyUnlessMetadata(Phase.RESPONSE, "b"));
        terms.judge(chain(1, entry(BodyNeed.BUFFERED, true, one)));

        assertThat(terms.judge(chain(1, entry(BodyNeed.BUFFERED, true, two))).isCallable())
                .isTrue();
        assertThat(terms.judge(chain(1, ALL)).isCallable()).isTrue();
        assertThat(terms.judge(chain(1, entry(BodyNeed.BUFFERED, true, other))).isCallable())
                .isFalse();
    }

    @ParameterizedTest
    @MethodSource("lesser")
    void anEntryThatDoesLessThanWasFirstSaidIsRefused(Less less) {
        want(1, Ownership.NONE);
        terms.judge(chain(1, ALL));

        PreparedChain judged = terms.judge(chain(1, less.entry()));

        assertThat(judged.isCallable()).isFalse();
        assertThat(judged.entries().getFirst().problems())
                .extracting(ParamProblem::message)
                .singleElement()
                .asString()
                .contains(less.says(), "it does less than when the configuration came into force");
        assertThat(terms.judge(chain(1, ALL)).isCallable()).isTrue();
    }

    @Test
    void anEntryMayDoMoreAndIsHeldToWhatWasFirstSaid() {
        want(1, Ownership.NONE);
        PreparedChain.Entry first = entry(BodyNeed.NONE, false, EntryFacts.none());
        terms.judge(chain(1, first));

        assertThat(terms.judge(chain(1, ALL)).isCallable()).isTrue();
        assertThat(terms.judge(chain(1, first)).isCallable()).isTrue();
    }

    @Test
    void aBodyThatIsReadInAnotherWayIsReadAllTheSame() {
        want(1, Ownership.NONE);
        terms.judge(chain(1, ALL));

        assertThat(terms.judge(chain(1, entry(BodyNeed.STREAMING, true, ALL.facts())))
                        .isCallable())
                .isTrue();
    }

    @Test
    void aChainOfANewGenerationThatSaysTheSameIsHeldToTheSame() {
        want(1, Ownership.NONE);
        terms.judge(chain(1, ALL));
        want(2, Ownership.NONE);
        terms.release(Set.of(1L));

        assertThat(terms.judge(chain(2, entry(BodyNeed.NONE, true, ALL.facts())))
                        .isCallable())
                .isFalse();
    }

    @Test
    void whatNoGenerationNeedsAnyMoreIsForgotten() {
        want(1, Ownership.NONE);
        terms.judge(chain(1, ALL));
        terms.release(Set.of(1L));
        want(2, Ownership.NONE);

        assertThat(terms.judge(chain(2, entry(BodyNeed.NONE, false, EntryFacts.none())))
                        .isCallable())
                .isTrue();
    }

    @Test
    void aConfigurationThatListsThePolicyAgainLetsItDoLess() {
        want(1, Ownership.NONE);
        terms.judge(chain(1, ALL));
        want(1, LISTED);
        PreparedChain.Entry less = entry(BodyNeed.NONE, false, EntryFacts.none());

        assertThat(terms.judge(chain(1, less)).isCallable()).isTrue();
        want(1, LISTED);
        terms.judge(chain(1, ALL));
        assertThat(terms.judge(chain(1, less)).isCallable()).isTrue();
    }

    @Test
    void oneThatRefusesTheChainSaysNothingOfWhatItDoes() {
        want(1, Ownership.NONE);
        PreparedChain refused = chain(1, new PreparedChain.Entry(true, List.of(), BodyNeed.BUFFERED, ALL.facts()));

        assertThat(terms.judge(refused)).isEqualTo(refused);
        assertThat(terms.judge(chain(1, entry(BodyNeed.NONE, false, EntryFacts.none())))
                        .isCallable())
                .isTrue();
    }

    @Test
    void chainsOfOtherRoutesPhasesAndWorkersAreNotHeldToIt() {
        want(1, Ownership.NONE);
        terms.judge(chain(1, ALL));
        terms.want(WORKER, List.of(spec(2, "/other", Phase.REQUEST)), Ownership.NONE);
        terms.want(WORKER, List.of(spec(3, "/", Phase.RESPONSE)), Ownership.NONE);
        terms.want("v", List.of(spec(4, "/", Phase.REQUEST)), Ownership.NONE);

        for (long id = 2; id <= 4; id++) {
            assertThat(terms.judge(chain(id, entry(BodyNeed.NONE, false, EntryFacts.none())))
                            .isCallable())
                    .as("%d", id)
                    .isTrue();
        }
    }

    private void want(long id, Ownership ownership) {
        terms.want(WORKER, List.of(spec(id, "/", Phase.REQUEST)), ownership);
    }

    private static ChainSpec spec(long id, String route, Phase phase) {
        return new ChainSpec(
                id,
                route,
                phase,
                List.of(new ChainSpec.Entry(
                        "p",
                        "p",
                        JsonNodeFactory.instance.objectNode(),
                        OnFailure.DENY,
                        OnFailure.DENY,
                        null,
                        null,
                        false)));
    }

    private static PreparedChain chain(long id, PreparedChain.Entry entry) {
        return new PreparedChain(id, List.of(entry));
    }

    private static PreparedChain.Entry entry(BodyNeed need, boolean keepsRequestBody, EntryFacts facts) {
        return new PreparedChain.Entry(false, List.of(), need, keepsRequestBody, facts);
    }

    private static EntryFacts facts(String identity, Fact... facts) {
        return EntryFacts.of(Set.of(facts)).with(HeaderUse.Action.IDENTITY, List.of(identity));
    }
}
