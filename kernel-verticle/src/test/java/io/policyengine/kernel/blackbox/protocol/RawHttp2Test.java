package io.policyengine.kernel.blackbox.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.RawHttp2;
import io.policyengine.kernel.harness.RawHttp2.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What conformance cases C54, C56, C60 and C61 say of frames, which no gRPC client lets a test choose. */
class RawHttp2Test {
    private static final int WINDOW = 1 << 20;
    private static final int PREFIX = 5;

    private final KernelHarness kernel = KernelHarness.create();

    @BeforeEach
    void start() {
        kernel.start("", "route_policies: []\n");
    }

    @AfterEach
    void stop() {
        kernel.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext_proc_cluster", "epe:50051", "127.0.0.1:9001"})
    void aStreamMayHaveTheAuthorityThatEnvoyMakesOfAClustersName(String authority) throws IOException {
        try (RawHttp2 raw = RawHttp2.connect(kernel.port(), WINDOW)) {
            int stream = raw.call(authority);

            raw.message(stream, 0, RawHttp2.requestHeaders());

            assertThat(raw.next().type()).isEqualTo(RawHttp2.HEADERS);
            assertThat(raw.next().type()).isEqualTo(RawHttp2.DATA);
        }
    }

    @Test
    void anAuthorityThatIsNoneIsRefusedAndTheConnectionServesOn() throws IOException {
        try (RawHttp2 raw = RawHttp2.connect(kernel.port(), WINDOW)) {
            int refused = raw.call("outbound|9000||processor.example");

            Frame answer = raw.next();

            assertThat(answer.type()).isEqualTo(RawHttp2.RST_STREAM);
            assertThat(answer.stream()).isEqualTo(refused);
            assertThat(answer.payload().getInt()).isEqualTo((int) Http2Error.PROTOCOL_ERROR.code());
            raw.message(raw.call("epe"), 0, RawHttp2.requestHeaders());
            assertThat(raw.next().type()).isEqualTo(RawHttp2.HEADERS);
        }
    }

    @Test
    void aSlowReaderGetsItsAnswersWhenItReads() throws IOException {
        try (RawHttp2 raw = RawHttp2.connect(kernel.port(), 0)) {
            int slow = raw.call("epe");
            raw.message(slow, 0, RawHttp2.requestHeaders());
            int other = raw.call("epe");
            raw.message(other, 0, RawHttp2.requestHeaders());
            assertThat(raw.next().type()).isEqualTo(RawHttp2.HEADERS);
            assertThat(raw.next().type()).isEqualTo(RawHttp2.HEADERS);

            raw.allow(other, WINDOW);
            Frame first = raw.next();
            raw.allow(slow, WINDOW);
            Frame second = raw.next();

            assertThat(first.stream()).isEqualTo(other);
            assertThat(second.type()).isEqualTo(RawHttp2.DATA);
            assertThat(second.stream()).isEqualTo(slow);
        }
    }

    @Test
    void answersAreNotCompressed() throws IOException {
        try (RawHttp2 raw = RawHttp2.connect(kernel.port(), WINDOW)) {
            raw.message(raw.call("epe"), 0, RawHttp2.requestHeaders());

            Http2Headers head = raw.fields(raw.next());
            byte[] framed = raw.next().payload().array();

            assertThat(head.get("grpc-encoding")).isNull();
            assertThat(framed[0]).isZero();
            ProcessingResponse answer = ProcessingResponse.parseFrom(Arrays.copyOfRange(framed, PREFIX, framed.length));
            assertThat(answer.hasRequestHeaders()).isTrue();
        }
    }

    @Test
    void bytesThatAreNoMessageNeverEndTheStreamWithOk() throws IOException {
        try (RawHttp2 raw = RawHttp2.connect(kernel.port(), WINDOW)) {
            raw.message(raw.call("epe"), 0, new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF});

            assertThat(ending(raw)).isIn("reset", "3");
        }
    }

    @Test
    void aMessageThatSaysItIsTooLargeEndsTheStreamBeforeItHasCome() throws IOException {
        try (RawHttp2 raw = RawHttp2.connect(kernel.port(), WINDOW)) {
            int stream = raw.call("epe");

            raw.data(
                    stream,
                    ByteBuffer.allocate(PREFIX)
                            .put((byte) 0)
                            .putInt(Integer.MAX_VALUE)
                            .array());

            assertThat(ending(raw)).isIn("reset", "8");
        }
    }

    /** {@code reset}, or the gRPC status of an answer that is nothing else. */
    private static String ending(RawHttp2 raw) throws IOException {
        Frame frame = raw.next();
        return frame.type() == RawHttp2.RST_STREAM
                ? "reset"
                : String.valueOf(raw.fields(frame).get("grpc-status"));
    }
}
