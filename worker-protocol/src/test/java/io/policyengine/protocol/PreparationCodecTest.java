package io.policyengine.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.proto.worker.v1.Chain;
import io.policyengine.proto.worker.v1.ChainEntry;
import io.policyengine.proto.worker.v1.ParamProblem;
import io.policyengine.proto.worker.v1.PrepareChainsRequest;
import io.policyengine.proto.worker.v1.PrepareChainsResponse;
import io.policyengine.proto.worker.v1.PreparedEntry;
import io.policyengine.protocol.PreparationCodec.Preparation;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class PreparationCodecTest {
    private static final int UNKNOWN = 99;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void aWorkerReadsTheChainsThatTheKernelWrote() {
        Samples.forEachSeed(samples -> {
            List<ChainSpec> chains = samples.some(4, samples::chain);
            long generation = samples.id();

            List<ChainSpec> read = new ArrayList<>();
            for (PreparationCodec.Page page : PreparationCodec.pages(chains)) {
                Preparation preparation = decoded(page.encode(generation));
                assertThat(preparation.generation()).isEqualTo(generation);
                read.addAll(preparation.chains());
            }

            assertThat(read).isEqualTo(chains);
        });
    }

    @Test
    void theKernelReadsWhatTheWorkerFoundOut() {
        Samples.forEachSeed(samples -> {
            List<ChainSpec> chains = List.of(samples.chain(), samples.chain());
            List<PreparedChain> prepared =
                    chains.stream().map(samples::prepared).toList();

            Buffer answer = PreparationCodec.encodeAnswer(prepared);

            assertThat(PreparationCodec.pages(chains).getFirst().decodeAnswer(answer))
                    .isEqualTo(prepared);
        });
    }

    @Test
    void aPageTakesAboutOneMebibyte() {
        ObjectNode params = JSON.createObjectNode().put("text", "x".repeat(PreparationCodec.PAGE_BYTES / 3));
        List<ChainSpec> chains =
                List.of(chain(1, params), chain(2, params), chain(3, params), chain(4, params), chain(5, params));

        List<PreparationCodec.Page> pages = PreparationCodec.pages(chains);

        assertThat(pages.stream()
                        .map(page -> decoded(page.encode(1)).chains().stream()
                                .map(ChainSpec::id)
                                .toList()))
                .containsExactly(List.of(1L, 2L), List.of(3L, 4L), List.of(5L));
        assertThat(PreparationCodec.pages(List.of())).isEmpty();
    }

    @Test
    void anAnswerThatDoesNotFitTheQuestionIsInvalid() {
        PreparationCodec.Page page = PreparationCodec.pages(List.of(chain(7, JSON.createObjectNode())))
                .getFirst();

        assertThatThrownBy(() -> page.decodeAnswer(PreparationCodec.encodeAnswer(List.of())))
                .isInstanceOf(WorkerException.class)
                .hasMessage("0 prepared chains, but 1 were requested");
        assertThatThrownBy(() ->
                        page.decodeAnswer(PreparationCodec.encodeAnswer(List.of(new PreparedChain(7, List.of())))))
                .hasMessage("a prepared chain that is not chain 7 as requested");
    }

    @Test
    void whatIsSaidOfAnEntryHasABound() {
        ChainSpec spec = chain(7, JSON.createObjectNode());
        PreparationCodec.Page page = PreparationCodec.pages(List.of(spec)).getFirst();
        PreparedEntry problems = PreparedEntry.newBuilder()
                .addAllProblems(Collections.nCopies(
                        1_000,
                        ParamProblem.newBuilder().setMessage("m".repeat(10_000)).build()))
                .build();
        PreparedEntry manyFacts = PreparedEntry.newBuilder()
                .addAllFacts(Collections.nCopies(1_001, "sets_header:x"))
                .build();
        PreparedEntry longFact = PreparedEntry.newBuilder()
                .addFacts("sets_header:" + "x".repeat(1_000))
                .build();

        assertThat(page.decodeAnswer(prepared(7, problems))
                        .getFirst()
                        .entries()
                        .getFirst()
                        .problems())
                .hasSize(100)
                .allSatisfy(problem -> assertThat(problem.message()).hasSize(2_000));
        for (PreparedEntry said : List.of(manyFacts, longFact)) {
            assertThatThrownBy(() -> page.decodeAnswer(prepared(7, said)))
                    .isInstanceOf(WorkerException.class)
                    .hasMessageContaining("more than 1000 facts");
        }
    }

    private static Buffer prepared(long id, PreparedEntry entry) {
        return WireBytes.buffer(PrepareChainsResponse.newBuilder()
                .addChains(io.policyengine.proto.worker.v1.PreparedChain.newBuilder()
                        .setId(id)
                        .addEntries(entry))
                .build());
    }

    @Test
    void aRuleThatIsNotKnownHereIsTheStrictest() {
        ChainEntry.Builder entry =
                ChainEntry.newBuilder().setOnFailureValue(UNKNOWN).setOnOverloadValue(UNKNOWN);

        ChainSpec.Entry read = decoded(wire(Chain.newBuilder()
                        .setPhase(EnumCodec.encode(Phase.REQUEST))
                        .addEntries(entry)))
                .chains()
                .getFirst()
                .entries()
                .getFirst();

        assertThat(read.onFailure()).isEqualTo(OnFailure.DENY);
        assertThat(read.onOverload()).isEqualTo(OnFailure.DENY);
        assertThat(read.params()).isEqualTo(JSON.createObjectNode());
        assertThat(read.timeout()).isNull();
    }

    @Test
    void aModeOrPhaseThatIsNotKnownHereIsRefused() {
        assertRefused(
                Chain.newBuilder()
                        .setPhase(EnumCodec.encode(Phase.REQUEST))
                        .addEntries(ChainEntry.newBuilder().setName("first").setModeValue(UNKNOWN)),
                "entry first has a mode that is not known here");
        assertRefused(Chain.newBuilder().setPhaseValue(UNKNOWN), "chain 5 has no phase");
        assertRefused(Chain.newBuilder(), "chain 5 has no phase");
    }

    @Test
    void parametersAreOneJsonObjectAndAChainHasAnId() {
        assertRefused(chainWith("[]"), "parameters of entry first are not a JSON object");
        assertRefused(chainWith("{} {}"), "parameters of entry first is not JSON");
        assertRefused(chainWith("{\"a\":1,\"a\":2}"), "parameters of entry first is not JSON");
        assertThatThrownBy(() -> PreparationCodec.decode(WireBytes.buffer(PrepareChainsRequest.newBuilder()
                        .addChains(Chain.newBuilder().setPhase(EnumCodec.encode(Phase.REQUEST)))
                        .build())))
                .hasMessage("a chain has the id 0");
    }

    @Test
    void chainsAreForgottenByTheirIds() throws Exception {
        List<Long> ids = List.of(1L, Long.MAX_VALUE, -1L);

        assertThat(PreparationCodec.decodeRelease(PreparationCodec.encodeRelease(ids)))
                .isEqualTo(ids);
        assertThat(PreparationCodec.isReleased(PreparationCodec.encodeReleased()))
                .isTrue();
    }

    private static ChainSpec chain(long id, ObjectNode params) {
        ChainSpec.Entry entry =
                new ChainSpec.Entry("first", "p", params, OnFailure.DENY, OnFailure.DENY, null, null, false);
        return new ChainSpec(id, "shop", Phase.REQUEST, List.of(entry));
    }

    private static Chain.Builder chainWith(String params) {
        return Chain.newBuilder()
                .setPhase(EnumCodec.encode(Phase.REQUEST))
                .addEntries(ChainEntry.newBuilder().setName("first").setParamsJson(params));
    }

    private static Buffer wire(Chain.Builder chain) {
        return WireBytes.buffer(
                PrepareChainsRequest.newBuilder().addChains(chain.setId(5)).build());
    }

    private static void assertRefused(Chain.Builder chain, String because) {
        assertThatThrownBy(() -> PreparationCodec.decode(wire(chain)))
                .isInstanceOf(MalformedCallException.class)
                .hasMessage(because);
    }

    private static Preparation decoded(Buffer encoded) {
        try {
            return PreparationCodec.decode(encoded);
        } catch (MalformedCallException malformed) {
            throw new AssertionError(malformed);
        }
    }
}
