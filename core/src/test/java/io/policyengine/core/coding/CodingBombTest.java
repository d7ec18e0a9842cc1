package io.policyengine.core.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.policyengine.core.coding.CodingException.Kind;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small bodies that decode to 10 GiB. */
final class CodingBombTest {
    private static final int LIMIT = 16 << 20;
    private static final long CONSTANT = 2 << 20;

    @ParameterizedTest
    @CsvSource({"'gzip, gzip', zeros.gz.gz", "br, zeros.br", "'zstd, zstd', zeros.zst.zst"})
    void stopsAtTheLimit(String field, String file) {
        assertStopsAtTheLimit(field, Bodies.file(file));
    }

    @Test
    void stopsAtTheLimitOfGzip() throws IOException {
        byte[] stacked = Bodies.file("zeros.gz.gz").getBytes();
        try (GZIPInputStream opened = new GZIPInputStream(new ByteArrayInputStream(stacked))) {
            assertStopsAtTheLimit("gzip", Buffer.buffer(opened.readAllBytes()));
        }
    }

    @Test
    void stopsAtTheLimitOfZstd() throws CodingException {
        assertStopsAtTheLimit("zstd", Bodies.decode("zstd", Bodies.file("zeros.zst.zst")));
    }

    /** Nothing comes out in the end, but the work is done in between. */
    @Test
    void countsWhatComesOutOfEachCoding() {
        Buffer nothing = gzipOfNothing();
        Buffer much = Buffer.buffer();
        IntStream.range(0, 1000).forEach(_ -> much.appendBuffer(nothing));
        Buffer body = Bodies.encode("zstd", much);

        assertTooLarge("gzip, zstd", body, much.length() - 1);
        assertThat(decoded("gzip, zstd", body, much.length())).isEqualTo(Buffer.buffer());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "zstd"})
    void letsExactlyTheLimitThrough(String field) {
        Buffer body = Bodies.encode(field, Bodies.seq());

        assertThat(decoded(field, body, Bodies.seq().length())).isEqualTo(Bodies.seq());
        assertTooLarge(field, body, Bodies.seq().length() - 1);
        assertTooLarge(field, body, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "zstd"})
    void boundsEachChunkOfABodyByItself(String field) throws CodingException {
        try (BodyCoder encoder = Bodies.codings(field).encoder();
                BodyCoder decoder = Bodies.codings(field).decoder(10)) {
            decoder.next(encoder.next(Bodies.text("0123456789"), false), false);
            decoder.next(encoder.next(Bodies.text("0123456789"), false), false);
            Buffer tooMuch = encoder.next(Bodies.text("0123456789+"), false);

            assertThatThrownBy(() -> decoder.next(tooMuch, false))
                    .isInstanceOf(CodingException.class)
                    .hasMessage("a chunk of the body is larger than 10 bytes once decoded");
        }
    }

    private static void assertStopsAtTheLimit(String field, Buffer bomb) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        assertTooLarge(field, bomb, LIMIT);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(LIMIT + CONSTANT);
    }

    private static void assertTooLarge(String field, Buffer body, long limit) {
        assertThatThrownBy(() -> Bodies.decode(field, body, limit))
                .isInstanceOfSatisfying(
                        CodingException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.TOO_LARGE));
    }

    private static Buffer decoded(String field, Buffer body, long limit) {
        try {
            return Bodies.decode(field, body, limit);
        } catch (CodingException unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    private static Buffer gzipOfNothing() {
        return Buffer.buffer(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    }
}
