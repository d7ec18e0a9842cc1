package io.policyengine.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Question;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.EntryAnswer;
import io.policyengine.core.worker.PolicyQuestion;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.proto.worker.v1.AskPolicyRequest;
import io.policyengine.proto.worker.v1.AskPolicyResponse;
import io.policyengine.proto.worker.v1.GetWorkerConfigRequest;
import io.policyengine.proto.worker.v1.HealthCheckResponse;
import io.policyengine.proto.worker.v1.KernelBatch;
import io.policyengine.proto.worker.v1.PrepareChainsRequest;
import io.policyengine.proto.worker.v1.PrepareChainsResponse;
import io.policyengine.proto.worker.v1.ReadMetricsResponse;
import io.policyengine.proto.worker.v1.ReleaseChainsRequest;
import io.policyengine.proto.worker.v1.RequestCall;
import io.policyengine.proto.worker.v1.ResponseCall;
import io.policyengine.proto.worker.v1.TrailersCall;
import io.policyengine.proto.worker.v1.WorkerBatch;
import io.policyengine.proto.worker.v1.WorkerConfig;
import io.policyengine.proto.worker.v1.WorkerProto;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The module and worker.proto say the same. */
class WorkerProtocolTest {
    /** What this side never writes: PolicyHealth names the unhealthy alone, and chains travel in calls of tools. */
    private static final Set<String> NEVER_WRITTEN =
            Set.of("policyengine.worker.v1.PolicyHealth.healthy", "policyengine.worker.v1.CallContext.chain");

    private final Set<String> written = new TreeSet<>();

    @Test
    void theMethodsAreThoseOfTheService() {
        assertThat(WorkerProto.getDescriptor().findServiceByName("PolicyWorker").getMethods().stream()
                        .map(MethodDescriptor::getName))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(WorkerMethod.values())
                        .map(WorkerMethod::methodName)
                        .toList());
        for (WorkerMethod method : WorkerMethod.values()) {
            assertThat(method.fullName()).isEqualTo("policyengine.worker.v1.PolicyWorker/" + method.methodName());
            assertThat(WorkerMethod.of(method.fullName())).isEqualTo(method);
        }
        assertThat(WorkerMethod.of("policyengine.worker.v1.PolicyWorker/Other")).isNull();
    }

    @Test
    void noFieldOfTheProtocolIsForgotten() {
        Samples.forEachSeed(this::writeAll);

        Set<String> all = WorkerProto.getDescriptor().getMessageTypes().stream()
                .flatMap(WorkerProtocolTest::fields)
                .filter(field -> !NEVER_WRITTEN.contains(field))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(written).isEqualTo(all);
    }

    private static Stream<String> fields(Descriptor type) {
        return type.getOptions().getMapEntry()
                ? Stream.empty()
                : type.getFields().stream().map(FieldDescriptor::getFullName);
    }

    private void writeAll(Samples samples) {
        WorkerDeadline deadline = new WorkerDeadline(1, 1);
        ByteString request = CallCodec.encode(samples.requestCall(new Cancellation()), samples.flag(), true, deadline);
        ByteString response =
                CallCodec.encode(samples.responseCall(new Cancellation()), samples.flag(), true, deadline);
        note(WireBytes.answer(RequestCall.getDefaultInstance(), WireBytes.buffer(request)));
        note(WireBytes.answer(ResponseCall.getDefaultInstance(), WireBytes.buffer(response)));
        ByteString trailers = CallCodec.encode(samples.trailersCall(new Cancellation()), false, true, deadline);
        note(WireBytes.answer(TrailersCall.getDefaultInstance(), WireBytes.buffer(trailers)));

        CallBatch.Writer calls =
                new CallBatch.Writer(1 << 20, batch -> note(WireBytes.answer(KernelBatch.getDefaultInstance(), batch)));
        calls.call(1, PhaseCodec.request(), request);
        calls.call(2, PhaseCodec.response(), response);
        calls.call(5, PhaseCodec.trailers(), trailers);
        calls.chunk(3, 1, new TimedChunk(samples.bytes(), samples.flag(), 0, samples.flag()), deadline);
        calls.cancel(4);
        calls.exchangeEnd(samples.exchangeEnd());
        calls.flush();

        AnswerBatch.Writer answers = new AnswerBatch.Writer(
                1 << 20, batch -> note(WireBytes.answer(WorkerBatch.getDefaultInstance(), batch)));
        answers.result(1, PhaseCodec.request(), samples.requestResult(), samples.flag());
        answers.result(2, PhaseCodec.response(), samples.responseResult(), samples.flag());
        answers.result(5, PhaseCodec.trailers(), samples.trailersResult(), false);
        answers.chunkResult(3, 1, samples.chunkResult(new EntryRange(1, 4)));
        answers.failure(4, samples.oneOf(CallFault.class), "why");
        answers.flush();

        writeControl(samples);
    }

    private void writeControl(Samples samples) {
        ChainSpec chain = samples.chain();
        note(WireBytes.answer(
                PrepareChainsRequest.getDefaultInstance(),
                PreparationCodec.pages(List.of(chain)).getFirst().encode(samples.id())));
        note(WireBytes.answer(
                PrepareChainsResponse.getDefaultInstance(),
                PreparationCodec.encodeAnswer(List.of(samples.prepared(chain)))));
        note(WireBytes.answer(
                ReleaseChainsRequest.getDefaultInstance(), PreparationCodec.encodeRelease(List.of(samples.id()))));
        note(WireBytes.answer(
                GetWorkerConfigRequest.getDefaultInstance(), DescriptionCodec.encodeQuestion(ProtocolVersion.CURRENT)));
        Buffer introduction = DescriptionCodec.encode(new DescriptionCodec.Introduction(
                samples.description(), samples.flag(), samples.flag(), samples.clock()));
        note(WireBytes.answer(WorkerConfig.getDefaultInstance(), introduction));
        note(WireBytes.answer(HealthCheckResponse.getDefaultInstance(), HealthCodec.encode(samples.health())));
        note(WireBytes.answer(ReadMetricsResponse.getDefaultInstance(), MetricsCodec.encode(Buffer.buffer("a 1\n"))));
        PolicyQuestion question = new PolicyQuestion("quota", "shop", new Question("quotas", Map.of("key", "alice")));
        note(WireBytes.answer(AskPolicyRequest.getDefaultInstance(), QuestionCodec.encodeQuestion(question)));
        List<EntryAnswer> asked = List.of(
                new EntryAnswer("shop", "one", samples.json(), null), new EntryAnswer("shop", "two", null, "why"));
        note(WireBytes.answer(AskPolicyResponse.getDefaultInstance(), QuestionCodec.encode(asked)));
    }

    private void note(Message message) {
        message.getAllFields().forEach((field, value) -> {
            if (field.isMapField()) {
                written.add(field.getFullName());
                ((List<?>) value).forEach(entry -> noteValue((MapEntry<?, ?>) entry));
            } else if (!(value instanceof List<?> list)) {
                noteOne(field, value);
            } else {
                list.forEach(each -> noteOne(field, each));
            }
        });
    }

    private void noteValue(MapEntry<?, ?> entry) {
        if (entry.getValue() instanceof Message inner) {
            note(inner);
        }
    }

    private void noteOne(FieldDescriptor field, Object value) {
        written.add(field.getFullName());
        if (value instanceof Message inner) {
            note(inner);
        }
    }
}
