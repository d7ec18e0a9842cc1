package io.policyengine.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.params.JudgedSchema;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.proto.worker.v1.PolicyDescriptor;
import io.policyengine.proto.worker.v1.WorkerConfig;
import io.policyengine.protocol.DescriptionCodec.Introduction;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class DescriptionCodecTest {
    private static final int UNKNOWN = 99;

    @Test
    void theKernelReadsWhoTheWorkerSaysItIs() {
        Samples.forEachSeed(samples -> {
            Introduction introduction =
                    new Introduction(samples.description(), samples.flag(), samples.flag(), samples.clock());

            assertThat(DescriptionCodec.decode(DescriptionCodec.encode(introduction)))
                    .isEqualTo(introduction);
        });
    }

    @Test
    void aWorkerReadsWhichVersionTheKernelSpeaks() throws Exception {
        ProtocolVersion version = new ProtocolVersion(7, 11);

        assertThat(DescriptionCodec.decodeQuestion(DescriptionCodec.encodeQuestion(version)))
                .isEqualTo(version);
    }

    @Test
    void ofAnotherProtocolNoMoreIsReadThanWhoSpeaksIt() {
        Buffer encoded = WireBytes.buffer(WorkerConfig.newBuilder()
                .setName("main")
                .setVersion("9")
                .setProtocolVersion(io.policyengine.proto.worker.v1.ProtocolVersion.newBuilder()
                        .setMajor(2))
                .setMaxBodySizeBytes(5)
                .addPolicies(PolicyDescriptor.getDefaultInstance())
                .build());

        assertThat(DescriptionCodec.decode(encoded).description())
                .isEqualTo(new WorkerDescription("main", "9", new ProtocolVersion(2, 0), 0, 0, List.of()));
    }

    @Test
    void onlyAWorkerThatKnowsThemAndDoesNotReadThemIsSentTheParametersOfQueries() {
        assertThat(introduced(1, true).wantsQuery()).isFalse();
        assertThat(introduced(1, false).wantsQuery()).isFalse();
        assertThat(introduced(2, true).wantsQuery()).isFalse();
        assertThat(introduced(2, false).wantsQuery()).isTrue();
    }

    @Test
    void onlyAWorkerThatKnowsThemNumbersItsResultsOfChunks() {
        assertThat(introduced(2, false).numbersChunks()).isFalse();
        assertThat(introduced(3, false).numbersChunks()).isTrue();
    }

    @Test
    void whatIsNotKnownHereIsTakenForTheSafest() {
        PolicyDescriptor.Builder policy = policy().addPhasesValue(UNKNOWN)
                .setRequestBodyValue(UNKNOWN)
                .setResponseBodyValue(UNKNOWN)
                .setEndAccuracyValue(UNKNOWN);

        var read = DescriptionCodec.decode(worker(policy))
                .description()
                .policies()
                .getFirst()
                .descriptor();

        assertThat(read.phases()).hasSize(1);
        assertThat(read.requestBody()).isEqualTo(BodyNeed.BUFFERED);
        assertThat(read.responseBody()).isEqualTo(BodyNeed.BUFFERED);
        assertThat(read.endAccuracy()).isEqualTo(EndAccuracy.EXACT);
    }

    @Test
    void anOlderWorkerThatWantsTheEndIsToldThatOfTheStream() {
        assertThat(EnumCodec.decode(io.policyengine.proto.worker.v1.EndAccuracy.END_ACCURACY_UNSPECIFIED, true))
                .isEqualTo(EndAccuracy.STREAM);
    }

    @Test
    void aPolicyThatMakesNoSenseIsInvalid() {
        assertInvalid(policy().clearPhases(), "policy p has no phase");
        assertInvalid(policy().clearPhases().addPhasesValue(UNKNOWN), "policy p has no phase");
    }

    @Test
    void aSchemaThatIsNoneTakesItsPolicyOutAlone() {
        assertUnusable("{", "it is not JSON, or is nested too deeply");
        assertUnusable("[".repeat(100_000), "it is not JSON, or is nested too deeply");
        assertUnusable("[]", "it is neither an object nor a boolean");
        assertUnusable(" ".repeat(262_143) + "{}", "it is longer than 262144 characters");
    }

    @Test
    void aWorkerDeclaresABoundedNumberOfPolicies() {
        WorkerConfig.Builder many = WorkerConfig.newBuilder()
                .setProtocolVersion(io.policyengine.proto.worker.v1.ProtocolVersion.newBuilder()
                        .setMajor(ProtocolVersion.CURRENT.major()));
        for (int i = 0; i <= 1_000; i++) {
            many.addPolicies(policy());
        }

        assertThatThrownBy(() -> DescriptionCodec.decode(WireBytes.buffer(many.build())))
                .isInstanceOf(WorkerException.class)
                .hasMessage("it declares 1001 policies, but a worker may declare at most 1000");
    }

    /** Each three bytes of it are an object in memory. */
    @Test
    void theSchemasOfAWorkerHaveABoundTogether() {
        String large = "{\"enum\":[" + "{},".repeat(85_000) + "{}]}";
        WorkerConfig.Builder many = WorkerConfig.newBuilder()
                .setProtocolVersion(io.policyengine.proto.worker.v1.ProtocolVersion.newBuilder()
                        .setMajor(ProtocolVersion.CURRENT.major()));
        for (int i = 0; i < 30; i++) {
            many.addPolicies(policy().setParamsSchemaJson(large));
        }

        var read = DescriptionCodec.decode(WireBytes.buffer(many.build()))
                .description()
                .policies();

        assertThat(read.getFirst().judged()).isNull();
        assertThat(read.getLast().judged())
                .isInstanceOfSatisfying(
                        JudgedSchema.Unusable.class,
                        judged -> assertThat(judged.why()).contains("the schemas of this worker have more than"));
        assertThat(read.getLast().paramsSchema().size()).isZero();
    }

    @Test
    void textsForPeopleAreCutAndNamesAreNot() {
        var read = DescriptionCodec.decode(worker(policy().setDescription("d".repeat(100_000))));

        assertThat(read.description().policies().getFirst().descriptor().description())
                .hasSize(2_000);
        assertInvalid(policy().setName("n".repeat(201)), "a policy has a name of more than 200 characters");
    }

    private static void assertUnusable(String schema, String why) {
        var read = DescriptionCodec.decode(worker(policy().setParamsSchemaJson(schema)));

        assertThat(read.description().policies())
                .singleElement()
                .satisfies(policy -> assertThat(policy.judged()).isEqualTo(new JudgedSchema.Unusable(why)));
    }

    private static PolicyDescriptor.Builder policy() {
        return PolicyDescriptor.newBuilder().setName("p").addPhases(EnumCodec.encode(Phase.REQUEST));
    }

    private static Buffer worker(PolicyDescriptor.Builder policy) {
        return WireBytes.buffer(WorkerConfig.newBuilder()
                .setProtocolVersion(io.policyengine.proto.worker.v1.ProtocolVersion.newBuilder()
                        .setMajor(ProtocolVersion.CURRENT.major()))
                .addPolicies(policy)
                .build());
    }

    private static Introduction introduced(int minor, boolean parsesQuery) {
        return new Introduction(
                new WorkerDescription("main", "1", new ProtocolVersion(1, minor), 0, 0, List.of()),
                parsesQuery,
                false,
                null);
    }

    private static void assertInvalid(PolicyDescriptor.Builder policy, String because) {
        assertThatThrownBy(() -> DescriptionCodec.decode(worker(policy)))
                .isInstanceOf(WorkerException.class)
                .hasMessage(because);
    }
}
