package io.policyengine.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetResponseHeader;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.TrailersContext;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.ResponseCall;
import io.policyengine.core.worker.SegmentCall;
import io.policyengine.core.worker.TrailersCall;
import io.policyengine.proto.worker.v1.CallContext;
import io.policyengine.proto.worker.v1.Chain;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CallCodecTest {
    private final Cancellation cancellation = new Cancellation();
    private final Deadlines deadlines = new Deadlines(() -> Samples.NOW, Duration.ofSeconds(10));

    @Test
    void aWorkerReadsTheRequestCallThatTheKernelWrote() {
        Samples.forEachSeed(samples -> {
            RequestCall call = samples.requestCall(cancellation);
            boolean streamsBody = samples.flag();

            ByteString encoded = encode(call, streamsBody, samples.flag());

            assertThat(decoded(() -> PhaseCodec.request().decode(encoded, deadlines, cancellation)))
                    .isEqualTo(new ReceivedCall<>(call, streamsBody, true, true, null));
        });
    }

    @Test
    void aWorkerReadsTheResponseCallThatTheKernelWrote() {
        Samples.forEachSeed(samples -> {
            ResponseCall call = samples.responseCall(cancellation);
            boolean streamsBody = samples.flag();

            ByteString encoded = encode(call, streamsBody, samples.flag());

            assertThat(decoded(() -> PhaseCodec.response().decode(encoded, deadlines, cancellation)))
                    .isEqualTo(new ReceivedCall<>(call, streamsBody, false, true, null));
        });
    }

    @Test
    void aUnaryCallIsReadAsOneOfTheStream() {
        Samples.forEachSeed(samples -> {
            RequestCall request = samples.requestCall(cancellation);
            ResponseCall response = samples.responseCall(cancellation);

            Buffer askedFirst = WireBytes.buffer(encode(request, false, false));
            Buffer askedSecond = WireBytes.buffer(encode(response, false, false));

            assertThat(decoded(() -> PhaseCodec.request().decodeUnary(askedFirst, deadlines, cancellation)))
                    .isEqualTo(new ReceivedCall<>(request, false, true, true, null));
            assertThat(decoded(() -> PhaseCodec.response().decodeUnary(askedSecond, deadlines, cancellation)))
                    .isEqualTo(new ReceivedCall<>(response, false, false, true, null));
        });
    }

    @Test
    void aWorkerReadsTheCallWithTrailersThatTheKernelWrote() {
        Samples.forEachSeed(samples -> {
            TrailersCall call = samples.trailersCall(cancellation);

            ByteString encoded = encode(call, false, samples.flag());

            assertThat(decoded(() -> PhaseCodec.trailers().decode(encoded, deadlines, cancellation)))
                    .isEqualTo(new ReceivedCall<>(call, false, false, true, null));
        });
    }

    @Test
    void aCallWithTrailersHasAPhaseAndNoBody() {
        ByteString streams = encode(aCallWithTrailers(), true, false);
        ByteString ofNoPhase = io.policyengine.proto.worker.v1.TrailersCall.newBuilder()
                .setContext(CallContext.newBuilder().setChainId(1))
                .build()
                .toByteString();

        assertThatThrownBy(() -> PhaseCodec.trailers().decode(streams, deadlines, cancellation))
                .hasMessage("a call with trailers has streams_body");
        assertThatThrownBy(() -> PhaseCodec.trailers().decode(ofNoPhase, deadlines, cancellation))
                .hasMessage("a call with trailers has an unknown phase");
    }

    private static ByteString encode(SegmentCall<?> call, boolean streamsBody, boolean query) {
        return CallCodec.encode(
                call, streamsBody, query, WorkerDeadline.of(call.call().deadlineNanos(), Samples.NOW, false));
    }

    private TrailersCall aCallWithTrailers() {
        return new TrailersCall(
                Phase.RESPONSE,
                1,
                0,
                1,
                new TrailersContext(
                        HeaderMap.empty(),
                        ResponseView.absentResponse(),
                        RequestView.absentRequest(),
                        RequestView.absentRequest(),
                        Metadata.empty(),
                        new Call("id", 1, Samples.NOW, cancellation)),
                false);
    }

    @Test
    void aKernelThatDoesNotKnowFieldsForTheResponseIsGivenNone() {
        SegmentResult<RequestOutcome> result = new SegmentResult<>(List.of(
                new EntryResult.Completed<>(new RequestOutcome.Proceed(
                        List.of(new SetResponseHeader("x-left", "1"), new SetHeader("x-a", "1")), "why")),
                new EntryResult.Failed<>(new EntryFailure(ErrorCode.POLICY_ERROR, "it broke"))));
        ByteString old = io.policyengine.proto.worker.v1.RequestCall.newBuilder()
                .setContext(CallContext.newBuilder().setChainId(1))
                .build()
                .toByteString();

        assertThat(PhaseCodec.request()
                        .known(decoded(() -> PhaseCodec.request().decode(old, deadlines, cancellation)), result)
                        .entries())
                .containsExactly(
                        new EntryResult.Completed<>(
                                new RequestOutcome.Proceed(List.of(new SetHeader("x-a", "1")), "why")),
                        result.entries().getLast());
    }

    @Test
    void aUnaryCallMayBringItsChain() throws Exception {
        CallContext context = CallContext.newBuilder()
                .setChain(Chain.newBuilder().setRoute("shop").setPhase(EnumCodec.encode(Phase.REQUEST)))
                .build();

        assertThat(PhaseCodec.request()
                        .decodeUnary(unary(context), deadlines, cancellation)
                        .chain())
                .isEqualTo(new ChainSpec(0, "shop", Phase.REQUEST, List.of()));
    }

    @Test
    void aUnaryCallCannotStreamItsBody() {
        Buffer call = unary(CallContext.newBuilder().setStreamsBody(true).build());

        assertThatThrownBy(() -> PhaseCodec.request().decodeUnary(call, deadlines, cancellation))
                .isInstanceOf(MalformedCallException.class)
                .hasMessage("streams_body is permitted only in calls of an Exchange stream");
        assertThatThrownBy(() -> PhaseCodec.response().decodeUnary(call, deadlines, cancellation))
                .isInstanceOf(MalformedCallException.class)
                .hasMessage("streams_body is permitted only in calls of an Exchange stream");
    }

    @Test
    void metadataThatIsNotOneJsonValueIsRefusedWithoutQuotingIt() {
        for (String text : List.of("", "secret", "1 2", "{\"a\":1,\"a\":2}", "{")) {
            Buffer call =
                    unary(CallContext.newBuilder().putMetadata("key", text).build());

            assertThatThrownBy(() -> PhaseCodec.request().decodeUnary(call, deadlines, cancellation))
                    .hasMessage("metadata key is not JSON");
        }
    }

    @Test
    void whatDoesNotDecodeIsMalformed() {
        ByteString cutOff = ByteString.copyFrom(new byte[] {10, 5, 1});

        assertThatThrownBy(() -> PhaseCodec.request().decode(cutOff, deadlines, cancellation))
                .isInstanceOf(MalformedCallException.class)
                .hasMessageStartingWith("the message cannot be decoded: ");
    }

    @Test
    void timeIsRoundedUpAndBounded() {
        assertThat(Deadlines.millisLeft(1)).isEqualTo(1);
        assertThat(Deadlines.millisLeft(-5)).isEqualTo(1);
        assertThat(Deadlines.millisLeft(1_000_001)).isEqualTo(2);
        assertThat(Deadlines.millisLeft(Long.MAX_VALUE - 1_000_000)).isEqualTo(Integer.MAX_VALUE);
        assertThat(deadlines.of(3, 0))
                .isEqualTo(Samples.NOW + Duration.ofMillis(3).toNanos());
        assertThat(deadlines.of(0, 0))
                .isEqualTo(Samples.NOW + Duration.ofSeconds(10).toNanos());
        assertThat(deadlines.of(-1, 0))
                .isEqualTo(Samples.NOW + Duration.ofSeconds(10).toNanos());
    }

    private static Buffer unary(CallContext context) {
        return WireBytes.buffer(io.policyengine.proto.worker.v1.RequestCall.newBuilder()
                .setContext(context)
                .build());
    }

    private interface Decoding<T> {
        T run() throws MalformedCallException;
    }

    private static <T> T decoded(Decoding<T> decoding) {
        try {
            return decoding.run();
        } catch (MalformedCallException malformed) {
            throw new AssertionError(malformed);
        }
    }

    @Test
    void theEarlierOfBothFormsOfADeadlineApplies() {
        long second = Duration.ofSeconds(1).toNanos();

        assertThat(deadlines.of(1_000, Samples.NOW + 7)).isEqualTo(Samples.NOW + 7);
        assertThat(deadlines.of(1_000, Samples.NOW - 7)).isEqualTo(Samples.NOW - 7);
        assertThat(deadlines.of(1_000, Samples.NOW + 2 * second)).isEqualTo(Samples.NOW + second);
        assertThat(deadlines.ofArrival(5).of(1_000, 0)).isEqualTo(5 + second);
    }

    @Test
    void aCallThatLostAQuarterOfItsTimeBeforeItBeganIsCutShort() {
        AtomicLong now = new AtomicLong(Samples.NOW);
        Deadlines arrived = new Deadlines(now::get, Duration.ofSeconds(10)).ofArrival(Samples.NOW);
        Buffer counted = unary(CallContext.newBuilder().setDeadlineMs(100).build());
        Buffer late = unary(CallContext.newBuilder()
                .setDeadlineMs(100)
                .setDeadlineNanos(Samples.NOW + 80_000_000)
                .build());
        Buffer endless = unary(CallContext.getDefaultInstance());

        assertThat(isCutShort(counted, arrived)).isFalse();
        assertThat(isCutShort(late, arrived)).isFalse();

        now.addAndGet(6_000_000);
        assertThat(isCutShort(counted, arrived)).isFalse();
        assertThat(isCutShort(late, arrived))
                .as("it lost 20 ms in the socket and 6 ms in the queue")
                .isTrue();

        now.addAndGet(20_000_000);
        assertThat(isCutShort(counted, arrived)).isTrue();
        assertThat(isCutShort(endless, arrived)).isFalse();
    }

    private boolean isCutShort(Buffer call, Deadlines arrived) {
        return decoded(() -> PhaseCodec.request().decodeUnary(call, arrived, cancellation))
                .call()
                .call()
                .isCutShort();
    }

    @Test
    void theDeadlineOfACallIsReadWithoutTheCall() {
        Samples.forEachSeed(samples -> {
            RequestCall request = samples.requestCall(cancellation);
            ResponseCall response = samples.responseCall(cancellation);
            WorkerDeadline deadline = new WorkerDeadline(1_000, Samples.NOW + samples.below(1_000));

            assertThat(PhaseCodec.deadlineOf(CallCodec.encode(request, false, false, deadline), deadlines))
                    .isEqualTo(deadlines.of(deadline.millisLeft(), deadline.instant()));
            assertThat(PhaseCodec.deadlineOf(encode(response, false, false), deadlines))
                    .isEqualTo(decoded(() -> PhaseCodec.response()
                                    .decode(encode(response, false, false), deadlines, cancellation))
                            .call()
                            .call()
                            .deadlineNanos());
        });
        assertThat(PhaseCodec.deadlineOf(ByteString.copyFromUtf8("\u0001garbage"), deadlines))
                .isEqualTo(deadlines.of(0, 0));
    }
}
