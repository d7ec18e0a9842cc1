package io.policyengine.kernel.blackbox.limits;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.kernel.grpc.RawClient.Call;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Messages;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.RawStream;
import io.policyengine.testkit.time.Await;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An open stream holds a bounded part of the memory: a place, the fields that policies may still look at, and only for a time what has not come. */
class HeldHeadersTest {
    private static final String WORKER = "workers: [ { name: w } ]\n";
    private static final int STREAMS = 30;
    private static final int ANSWERED = 60;
    private static final int MIB = 1024 * 1024;

    private final KernelHarness kernel = KernelHarness.create();

    @AfterEach
    void stop() {
        kernel.close();
    }

    private EnvoySim start(String limits) {
        kernel.worker("w").with("set", Policies.response(new SetHeader("x-set", "1")));
        kernel.start(WORKER + limits, route("r", "[]", "[ { policy: set } ]"));
        return kernel.envoy(KernelHarness.filter("r"));
    }

    private static ProcessingRequest headersOf(int bytes) {
        int count = 100;
        String value = "x".repeat(bytes / count);
        String[] fields = new String[2 * count];
        for (int i = 0; i < count; i++) {
            fields[2 * i] = "x-" + i;
            fields[2 * i + 1] = value;
        }
        return Messages.headers(BodySendMode.NONE, fields);
    }

    @Test
    void headersThatNobodyLooksAtAnyMoreAreReleased() {
        EnvoySim envoy = start("");
        List<RawStream> streams = new ArrayList<>();
        long before = liveBytes();
        for (int i = 0; i < STREAMS; i++) {
            RawStream stream = envoy.rawStream().send(headersOf(MIB));
            Await.result(stream.next());
            streams.add(stream);
        }
        long held = kernel.bufferedBytes();
        long heldOnHeap = liveBytes() - before;
        for (RawStream stream : streams) {
            stream.send(Messages.responseHeaders(false));
            Await.result(stream.next());
        }

        assertThat(held).isBetween((long) STREAMS * MIB, (long) STREAMS * MIB * 11 / 10);
        // The first exchanges of a JVM leave up to 13 MB of their own, in pools and classes; what others left may go
        // meanwhile.
        assertThat(heldOnHeap).isBetween(held / 2, held * 2);
        Await.until(() -> kernel.bufferedBytes() == 0);
        assertThat(before + heldOnHeap - liveBytes()).isGreaterThan(held / 3);
        assertThat(kernel.activeExchanges()).isEqualTo(STREAMS);
        streams.forEach(RawStream::leave);
        Await.until(() -> kernel.activeExchanges() == 0);
    }

    @Test
    void headersOfRequestsAreReleasedBeforeTheirResponsesWhereNothingOfThoseIsWanted() {
        kernel.worker("w").with("read", Policies.request(new SetHeader("x-seen", "1")));
        kernel.start(WORKER, route("r", "[ { policy: read } ]", "[]"));
        RawStream stream = kernel.envoy(KernelHarness.filter("r")).rawStream().send(headersOf(MIB));

        assertThat(Await.result(stream.next()).hasModeOverride()).isTrue();
        Await.until(() -> kernel.bufferedBytes() == 0);
        assertThat(kernel.activeExchanges()).isOne();

        // An Envoy that ignores the override shows it nevertheless.
        stream.send(Messages.responseHeaders(false));
        assertThat(Await.result(stream.next()).hasResponseHeaders()).isTrue();
        stream.leave();
    }

    @Test
    void headersOfExchangesThatAreRefusedAreReleasedThoughTheirStreamsStayOpen() {
        EnvoySim envoy = start("limits: { max_buffered_bytes: 3000000, message_arrival_timeout_ms: 60000 }\n");

        awaitThatAnsweredHoldLittle(envoy, 503);
    }

    @Test
    void headersOfExchangesThatAPolicyDeniesAreReleasedThoughTheirStreamsStayOpen() {
        kernel.worker("w").with("deny", Policies.denying(403, ""));
        kernel.start(
                WORKER + "limits: { message_arrival_timeout_ms: 60000 }\n", route("r", "[ { policy: deny } ]", "[]"));

        awaitThatAnsweredHoldLittle(kernel.envoy(KernelHarness.filter("r")), 403);
    }

    /** Streams stay open whose exchanges are answered; what they sent is let go. */
    private void awaitThatAnsweredHoldLittle(EnvoySim envoy, int status) {
        long before = liveBytes();
        List<RawStream> streams = new ArrayList<>();
        for (int i = 0; i < ANSWERED; i++) {
            streams.add(envoy.rawStream().send(headersOf(MIB)));
        }
        long answered = streams.stream()
                .map(stream -> Await.result(stream.next()))
                .filter(answer -> answer.getImmediateResponse().getStatus().getCodeValue() == status)
                .count();

        // The others found no room, and were answered so.
        assertThat(answered).isGreaterThan(ANSWERED / 2);
        Await.until(() -> liveBytes() - before < ANSWERED * MIB / 2L);
        streams.forEach(RawStream::leave);
    }

    private static long liveBytes() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    @Test
    void headersForWhichThereIsNoRoomAreRefusedAsOverload() {
        EnvoySim envoy = start("limits: { max_buffered_bytes: 800000 }\n");
        RawStream first = envoy.rawStream().send(headersOf(200_000));
        assertThat(Await.result(first.next()).hasRequestHeaders()).isTrue();

        RawStream second = envoy.rawStream().send(headersOf(200_000));

        assertThat(Await.result(second.next())
                        .getImmediateResponse()
                        .getStatus()
                        .getCodeValue())
                .isEqualTo(503);
        second.leave();
        first.leave();
        Await.until(() -> kernel.activeExchanges() == 0 && kernel.bufferedBytes() == 0);
        RawStream third = envoy.rawStream().send(headersOf(200_000));
        assertThat(Await.result(third.next()).hasRequestHeaders()).isTrue();
        third.leave();
    }

    @Test
    void aStreamThatSaysNothingEnds() {
        start("limits: { message_arrival_timeout_ms: 50 }\n");

        Call silent = kernel.rawClient().call();
        silent.settle();

        assertThat(silent.answer().grpcStatus()).isEqualTo(4);
        Await.until(() -> kernel.activeExchanges() == 0);
    }

    @Test
    void halfAMessageHasItsTimeAndNoByteRenewsIt() {
        EnvoySim envoy = start("limits: { message_arrival_timeout_ms: 1000 }\n");
        byte[] message = headersOf(50_000).toByteArray();
        Call half = kernel.rawClient().call();
        half.send(Buffer.buffer().appendByte((byte) 0).appendInt(message.length));

        long drip = kernel.vertx().setPeriodic(5, _ -> half.send(Buffer.buffer(new byte[] {message[0]})));

        assertThat(half.answer().grpcStatus()).isEqualTo(4);
        kernel.vertx().cancelTimer(drip);
        assertThat(Await.result(envoy.rawStream().send(headersOf(50_000)).next())
                        .hasRequestHeaders())
                .isTrue();
    }
}
