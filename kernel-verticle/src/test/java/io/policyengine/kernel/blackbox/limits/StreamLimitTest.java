package io.policyengine.kernel.blackbox.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2Error;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.RawHttp2;
import io.policyengine.kernel.harness.RawHttp2.Frame;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a connection on which more streams are opened than {@code server.max_concurrent_streams} says. */
class StreamLimitTest {
    private static final int WINDOW = 1 << 20;
    private static final int LIMIT = 4;

    private static final byte[] HEADERS = RawHttp2.requestHeaders();

    private final KernelHarness kernel = KernelHarness.create();

    @BeforeEach
    void start() {
        kernel.start(
                "server: { address: 127.0.0.1, port: 0, max_concurrent_streams: " + LIMIT + " }\n",
                "route_policies: []\n");
    }

    @AfterEach
    void stop() {
        kernel.close();
    }

    @Test
    void streamsBeyondTheLimitAreServedAndEndNoConnection() throws IOException {
        try (RawHttp2 raw = RawHttp2.connect(kernel.port(), WINDOW)) {
            // The limit holds once the client has acknowledged the settings.
            answered(raw);

            for (int i = 1; i < 2 * LIMIT; i++) {
                raw.message(raw.call("epe"), 0, HEADERS);
            }

            Set<Integer> answered = new HashSet<>();
            while (answered.size() < 2 * LIMIT - 1) {
                Frame frame = raw.next();
                assertThat(frame.type()).isIn(RawHttp2.HEADERS, RawHttp2.DATA);
                if (frame.type() == RawHttp2.DATA) {
                    answered.add(frame.stream());
                }
            }
        }
    }

    @Test
    void aClientThatOpensTwiceAsManyAsItWasToldAndMoreIsNotServed() throws IOException {
        try (RawHttp2 raw = RawHttp2.connect(kernel.port(), WINDOW)) {
            answered(raw);

            for (int i = 1; i < 2 * LIMIT; i++) {
                raw.call("epe");
            }
            int refused = raw.call("epe");

            Frame frame = raw.next();
            assertThat(frame.type()).isEqualTo(RawHttp2.RST_STREAM);
            assertThat(frame.stream()).isEqualTo(refused);
            assertThat(frame.payload().getInt()).isEqualTo((int) Http2Error.REFUSED_STREAM.code());
        }
    }

    @Test
    void requestsThatAreRefusedKeepNoStreamsOpen() throws IOException {
        try (RawHttp2 raw = RawHttp2.connect(kernel.port(), WINDOW)) {
            for (int i = 0; i < 3 * LIMIT; i++) {
                assertThat(statusAndEnd(raw, raw.call("epe", "/no.such/Method")))
                        .isEqualTo("200");
            }
        }
    }

    @Test
    void anAuthorityLongerThanAnyNameIsRefused() throws IOException {
        try (RawHttp2 raw = RawHttp2.connect(kernel.port(), WINDOW)) {
            assertThat(statusAndEnd(raw, raw.call("e".repeat(10_000)))).isEqualTo("431");
        }
    }

    /** The status of an answer to a request that has no end, after which the stream ends without an error. */
    private static String statusAndEnd(RawHttp2 raw, int stream) throws IOException {
        Frame answer = raw.next();
        String status = String.valueOf(raw.fields(answer).status());
        Frame end = raw.next();
        assertThat(end.type()).isEqualTo(RawHttp2.RST_STREAM);
        assertThat(end.stream()).isEqualTo(stream);
        assertThat(end.payload().getInt()).isEqualTo((int) Http2Error.NO_ERROR.code());
        return status;
    }

    private static void answered(RawHttp2 raw) throws IOException {
        raw.message(raw.call("epe"), 0, HEADERS);
        assertThat(raw.next().type()).isEqualTo(RawHttp2.HEADERS);
        assertThat(raw.next().type()).isEqualTo(RawHttp2.DATA);
    }
}
