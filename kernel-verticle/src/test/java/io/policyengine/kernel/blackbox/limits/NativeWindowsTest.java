package io.policyengine.kernel.blackbox.limits;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.policyengine.core.coding.BodyCoder;
import io.policyengine.core.coding.CodingException;
import io.policyengine.core.coding.ContentCodings;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Messages;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.RawStream;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.time.Await;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Decoders and encoders hold memory outside of the heap, which is counted. */
class NativeWindowsTest {
    private static final BodySendMode MODE = BodySendMode.STREAMED;

    private final KernelHarness kernel = KernelHarness.create();

    @AfterEach
    void stop() {
        kernel.close();
    }

    @ParameterizedTest
    @CsvSource({
        // Room for a decoder and an encoder that have 280 kB behind them, and none in the share of a route for another
        // decoder beside them.
        "br, 9400000",
        "zstd, 3470000",
        "gzip, 467000",
        "deflate, 467000"
    })
    void aCoderForWhichThereIsNoRoomIsRefusedAsOverloadUntilAnotherIsClosed(String coding, int room)
            throws CodingException {
        kernel.worker("w").with("read", BodyNeed.STREAMING, Policies.chunks(Policies::upper));
        kernel.start(
                "workers: [ { name: w } ]\nlimits: { max_decoded_bytes: 300000, max_window_bytes: " + room + " }\n",
                route("r", "[ { policy: read } ]", "[]"));

        RawStream idle = opened(coding);
        assertThat(answer(idle, coding).hasRequestBody()).isTrue();

        RawStream refused = opened(coding);
        assertThat(answer(refused, coding).getImmediateResponse().getStatus().getCodeValue())
                .isEqualTo(503);

        idle.reset();
        refused.reset();
        Await.until(() -> kernel.activeExchanges() == 0);
        assertThat(answer(opened(coding), coding).hasRequestBody()).isTrue();
    }

    @Test
    void aRouteThatHoldsAllItCanGetLeavesRoomForAnother() throws CodingException {
        kernel.worker("w").with("read", BodyNeed.STREAMING, Policies.chunks(Policies::upper));
        kernel.start(
                "workers: [ { name: w } ]\nlimits: { max_decoded_bytes: 300000, max_window_bytes: 2000000 }\n",
                route("r", "[ { policy: read } ]", "[]")
                        + "  - { route_name: q, request_flow: { policy_chain: [ { policy: read } ] } }\n");
        int held = 0;
        while (answer(opened("r", "gzip"), "gzip").hasRequestBody()) {
            held++;
        }

        assertThat(held).isGreaterThan(1);
        assertThat(answer(opened("q", "gzip"), "gzip").hasRequestBody()).isTrue();
    }

    private RawStream opened(String coding) {
        return opened("r", coding);
    }

    private RawStream opened(String route, String coding) {
        RawStream stream = kernel.envoy(filter(route)).rawStream();
        stream.send(Messages.headersOn(route, MODE, "content-encoding", coding));
        assertThat(Await.result(stream.next()).hasRequestHeaders()).isTrue();
        return stream;
    }

    /** The answer to a first chunk that opens to 280 kB, after which the client says nothing. */
    private static ProcessingResponse answer(RawStream stream, String coding) throws CodingException {
        stream.send(ProcessingRequest.newBuilder()
                .setRequestBody(HttpBody.newBuilder().setBody(ByteString.copyFrom(chunk(coding))))
                .build());
        return Await.result(stream.next());
    }

    private static byte[] chunk(String coding) throws CodingException {
        try (BodyCoder coder = ContentCodings.of(List.of(coding)).encoder()) {
            return coder.next(Buffer.buffer(new byte[280_000]), false).getBytes();
        }
    }

    private static FilterConfig filter(String route) {
        return KernelHarness.filterBuilder(route)
                .allowModeOverride(true)
                .mode(it -> it.setRequestBodyMode(MODE)
                        .setResponseBodyMode(MODE)
                        .setRequestTrailerMode(HeaderSendMode.SEND)
                        .setResponseTrailerMode(HeaderSendMode.SEND))
                .build();
    }
}
