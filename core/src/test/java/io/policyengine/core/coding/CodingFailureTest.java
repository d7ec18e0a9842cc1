package io.policyengine.core.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.coding.CodingException.Kind;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are not what their coding says. */
final class CodingFailureTest {
    private static final Buffer BODY = Bodies.text("a body, a body, and nobody");

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "zstd", "gzip, br", "zstd, gzip"})
    void refusesABodyThatIsCutShort(String field) {
        Buffer encoded = Bodies.encode(field, BODY);

        for (int length = 1; length < encoded.length(); length++) {
            Buffer cut = encoded.getBuffer(0, length);
            assertMalformed(() -> Bodies.decode(field, cut));
        }
    }

    @ParameterizedTest
    @CsvSource({"gzip, seq-members.gz", "gzip, seq-named.gz", "deflate, seq.deflate", "br, seq.br", "zstd, seq.zst"})
    void refusesWhatToolsWroteCutShort(String field, String file) {
        Buffer encoded = Bodies.file(file);

        for (int length = 1; length < encoded.length(); length += 97) {
            Buffer cut = encoded.getBuffer(0, length);
            assertMalformed(() -> Bodies.decode(field, cut));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "zstd", "gzip, br", "zstd, gzip"})
    void refusesBytesAfterTheEnd(String field) {
        Buffer encoded = Bodies.encode(field, BODY);

        for (String garbage : new String[] {"\0", "x", "{}", "a lot of garbage that is not meant for anybody"}) {
            assertMalformed(() -> Bodies.decode(field, encoded.copy().appendString(garbage)));
            assertMalformed(() -> {
                try (BodyCoder decoder = Bodies.codings(field).decoder(Bodies.NO_LIMIT)) {
                    assertThat(decoder.next(encoded, false)).isEqualTo(BODY);
                    decoder.next(Buffer.buffer(garbage), true);
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "zstd"})
    void refusesABodyThatIsNotEncoded(String field) {
        assertMalformed(() -> Bodies.decode(field, Bodies.text("{\"not\": \"encoded\"}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "zstd"})
    void failsOnlyByItsOwnExceptionHoweverBrokenABodyIs(String field) {
        Random random = new Random(42);
        Buffer encoded = Bodies.encode(field, Bodies.seq());
        for (int round = 0; round < 2000; round++) {
            Buffer broken = encoded.copy();
            for (int count = random.nextInt(4); count >= 0; count--) {
                int at = random.nextInt(random.nextBoolean() ? 20 : broken.length());
                broken.setByte(at, (byte) random.nextInt(256));
            }
            try {
                Bodies.decode(field, broken, 1_000_000);
            } catch (CodingException expected) {
                assertThat(expected.kind()).isNotNull();
            }
        }
    }

    @Test
    void checksTheChecksumOfGzip() {
        Buffer encoded = Bodies.encode("gzip", BODY);
        int checksum = encoded.length() - 8;

        for (int at = checksum; at < checksum + 4; at++) {
            Buffer broken = encoded.copy().setByte(at, (byte) (encoded.getByte(at) ^ 1));
            assertThatThrownBy(() -> Bodies.decode("gzip", broken))
                    .hasMessage("not a valid body in coding gzip: it does not match its checksum");
        }
    }

    @Test
    void checksTheLengthOfGzip() {
        Buffer encoded = Bodies.encode("gzip", BODY);

        for (int at = encoded.length() - 4; at < encoded.length(); at++) {
            Buffer broken = encoded.copy().setByte(at, (byte) (encoded.getByte(at) ^ 1));
            assertThatThrownBy(() -> Bodies.decode("gzip", broken))
                    .hasMessage("not a valid body in coding gzip: its length differs from the length in its trailer");
        }
    }

    @Test
    void checksTheChecksumOfDeflate() {
        Buffer encoded = Bodies.encode("deflate", BODY);
        int last = encoded.length() - 1;

        assertMalformed(() -> Bodies.decode("deflate", encoded.copy().setByte(last, (byte) ~encoded.getByte(last))));
    }

    @Test
    void readsAllPartsOfAHeaderOfGzip() throws CodingException {
        Buffer body = gzipWithHeader(0);

        assertThat(Bodies.decode("gzip", body)).isEqualTo(BODY);
        try (BodyCoder decoder = Bodies.codings("gzip").decoder(Bodies.NO_LIMIT)) {
            Buffer decoded = Buffer.buffer();
            for (int at = 0; at < body.length(); at++) {
                decoded.appendBuffer(decoder.next(body.getBuffer(at, at + 1), at == body.length() - 1));
            }
            assertThat(decoded).isEqualTo(BODY);
        }
    }

    @Test
    void checksTheChecksumOfAHeaderOfGzip() {
        assertThatThrownBy(() -> Bodies.decode("gzip", gzipWithHeader(1)))
                .hasMessage("not a valid body in coding gzip: its header does not match the checksum");
    }

    @Test
    void refusesReservedFlagsInAHeaderOfGzip() {
        Buffer encoded = Bodies.encode("gzip", BODY);

        for (int flag : new int[] {0x20, 0x40, 0x80}) {
            assertMalformed(() -> Bodies.decode("gzip", encoded.copy().setByte(3, (byte) flag)));
        }
    }

    @Test
    void refusesDeflateWithADictionary() {
        byte[] encoded = new byte[100];
        int length;
        try (Deflater deflater = new Deflater()) {
            deflater.setDictionary("body".getBytes(StandardCharsets.US_ASCII));
            deflater.setInput(BODY.getBytes());
            deflater.finish();
            length = deflater.deflate(encoded);
        }

        assertThatThrownBy(() -> Bodies.decode("deflate", Buffer.buffer(encoded).getBuffer(0, length)))
                .hasMessage("not a valid body in coding deflate: it needs a dictionary");
    }

    /** RFC 9659 §3. */
    @Test
    void refusesWindowsOfZstdAbove8MiB() {
        assertMalformed(() -> Bodies.decode("zstd", Bodies.file("window-16m.zst")));
    }

    @Test
    void hasNoStackTrace() {
        assertThatThrownBy(() -> Bodies.decode("gzip", BODY))
                .satisfies(failure -> assertThat(failure.getStackTrace()).isEmpty());
    }

    /** A header with all parts that one can have; {@code wrong} is added to its checksum. */
    private static Buffer gzipWithHeader(int wrong) {
        Buffer plain = Bodies.encode("gzip", BODY);
        Buffer header = plain.getBuffer(0, 10)
                .setByte(3, (byte) 0x1e)
                .appendBytes(new byte[] {3, 0, 'x', 0, 'y'})
                .appendString("name\0comment\0");
        CRC32 crc = new CRC32();
        crc.update(header.getBytes());
        return Buffer.buffer()
                .appendBuffer(header)
                .appendUnsignedShortLE(((int) crc.getValue() + wrong) & 0xffff)
                .appendBuffer(plain.getBuffer(10, plain.length()));
    }

    private static void assertMalformed(ThrowingCallable decode) {
        assertThatThrownBy(decode)
                .isInstanceOfSatisfying(
                        CodingException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.MALFORMED));
    }
}
