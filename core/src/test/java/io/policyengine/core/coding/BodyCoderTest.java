package io.policyengine.core.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of a coder. */
final class BodyCoderTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "gzip", "deflate", "br", "zstd", "gzip, br", "zstd, gzip"})
    void makesNothingOfNothing(String field) throws CodingException {
        try (BodyCoder decoder = Bodies.codings(field).decoder(0);
                BodyCoder encoder = Bodies.codings(field).encoder()) {
            for (boolean last : new boolean[] {false, false, true}) {
                assertThat(decoder.next(Buffer.buffer(), last)).isEqualTo(Buffer.buffer());
                assertThat(encoder.next(Buffer.buffer(), last)).isEqualTo(Buffer.buffer());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "zstd", "gzip, br"})
    void givesNothingForAnEmptyChunk(String field) throws CodingException {
        try (BodyCoder encoder = Bodies.codings(field).encoder();
                BodyCoder decoder = Bodies.codings(field).decoder(Bodies.NO_LIMIT)) {
            Buffer chunk = encoder.next(Bodies.seq(), false);
            decoder.next(chunk, false);

            assertThat(encoder.next(Buffer.buffer(), false)).isEqualTo(Buffer.buffer());
            assertThat(decoder.next(Buffer.buffer(), false)).isEqualTo(Buffer.buffer());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br", "zstd"})
    void decodesABodyOfNoBytesThatIsEncoded(String field) throws CodingException {
        Buffer nothing = switch (field) {
            case "gzip" ->
                Buffer.buffer(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0});
            case "br" -> Buffer.buffer(new byte[] {0x3b});
            default -> Buffer.buffer(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0x20, 0, 1, 0, 0});
        };

        assertThat(Bodies.decode(field, nothing)).isEqualTo(Buffer.buffer());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gzip", "deflate", "br", "zstd", "gzip, br"})
    void closesAsOftenAsAsked(String field) throws CodingException {
        for (BodyCoder coder : new BodyCoder[] {
            Bodies.codings(field).encoder(), Bodies.codings(field).decoder(Bodies.NO_LIMIT)
        }) {
            coder.close();
            coder.close();

            assertThatThrownBy(() -> coder.next(Buffer.buffer("x"), false)).isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gzip", "deflate", "br", "zstd", "gzip, br"})
    void isClosedAfterTheLastChunk(String field) throws CodingException {
        try (BodyCoder encoder = Bodies.codings(field).encoder();
                BodyCoder decoder = Bodies.codings(field).decoder(Bodies.NO_LIMIT)) {
            decoder.next(encoder.next(Bodies.seq(), true), true);

            assertThatThrownBy(() -> encoder.next(Buffer.buffer(), true)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> decoder.next(Buffer.buffer(), true)).isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "zstd", "gzip, br"})
    void isClosedAfterAFailure(String field) throws CodingException {
        try (BodyCoder decoder = Bodies.codings(field).decoder(Bodies.NO_LIMIT)) {
            assertThatThrownBy(() -> decoder.next(Bodies.text("not encoded at all"), false))
                    .isInstanceOf(CodingException.class);

            assertThatThrownBy(() -> decoder.next(Buffer.buffer(), true)).isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "zstd", "gzip, br"})
    @SuppressWarnings("ByteBufferBackingArray") // all of the memory is asked for
    void whatComesOutTakesLittleMoreThanItsLength(String field) throws CodingException {
        for (int length : new int[] {1, 600, 8_200, 36_019, 57_345, 200_000}) {
            Buffer decoded = Bodies.decode(field, Bodies.encode(field, Bodies.random(length, 1)));

            long memory = Arrays.stream(((BufferInternal) decoded).getByteBuf().nioBuffers())
                    .mapToLong(part -> part.array().length)
                    .sum();
            assertThat(memory).isBetween((long) length, length + 1_000L);
        }
    }
}
