package io.policyengine.core.coding;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is encoded is decoded again, wherever it is cut, and each chunk at once. */
final class CodingRoundTripTest {
    private static final int SEEDS = 8;

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "zstd", "gzip, br", "zstd, deflate, gzip", "br, br, zstd"})
    void decodesWhatItEncoded(String field) throws CodingException {
        for (Buffer body : bodies()) {
            assertThat(Bodies.decode(field, Bodies.encode(field, body))).isEqualTo(body);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "zstd", "gzip, br", "zstd, deflate, gzip", "br, br, zstd"})
    void decodesWhatItEncodedWhereverItIsCut(String field) throws CodingException {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            for (Buffer body : bodies()) {
                Buffer encoded = encodeInChunks(field, body, random);

                Buffer decoded = decodeInChunks(field, encoded, random);

                assertThat(decoded).as("seed %d", seed).isEqualTo(body);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "zstd", "gzip, br", "zstd, deflate, gzip"})
    void letsEachEventOfAStreamThroughAtOnce(String field) throws CodingException {
        try (BodyCoder encoder = Bodies.codings(field).encoder();
                BodyCoder decoder = Bodies.codings(field).decoder(Bodies.NO_LIMIT)) {
            for (int number = 0; number < 500; number++) {
                Buffer event = Bodies.text("data: {\"number\": " + number + "}\n\n");

                Buffer seen = decoder.next(encoder.next(event, false), false);

                assertThat(seen).isEqualTo(event);
            }
            assertThat(decoder.next(encoder.next(Buffer.buffer(), true), true)).isEqualTo(Buffer.buffer());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "zstd"})
    void compresses(String field) {
        assertThat(Bodies.encode(field, Bodies.seq()).length())
                .isLessThan(Bodies.seq().length() / 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "zstd"})
    void takesBuffersOfAllKinds(String field) throws CodingException {
        byte[] bytes = Bodies.seq().getBytes();
        byte[] encoded = Bodies.encode(field, Bodies.seq()).getBytes();

        for (Buffer body : kindsOf(bytes)) {
            assertThat(Bodies.encode(field, body)).isEqualTo(Buffer.buffer(encoded));
            assertThat(body).isEqualTo(Buffer.buffer(bytes));
        }
        for (Buffer body : kindsOf(encoded)) {
            assertThat(Bodies.decode(field, body)).isEqualTo(Buffer.buffer(bytes));
            assertThat(body).isEqualTo(Buffer.buffer(encoded));
        }
    }

    private static List<Buffer> bodies() {
        return List.of(
                Bodies.text("a"),
                Bodies.seq(),
                Bodies.random(20_000, 7),
                Buffer.buffer(new byte[300_000]),
                Bodies.random(200_000, 8).appendBuffer(Bodies.seq()));
    }

    private static List<Buffer> kindsOf(byte[] bytes) {
        int half = bytes.length / 2;
        List<Buffer> kinds = new ArrayList<>();
        kinds.add(Buffer.buffer(bytes));
        kinds.add(BufferInternal.buffer(Unpooled.wrappedBuffer(
                ByteBuffer.allocateDirect(bytes.length).put(bytes).flip())));
        kinds.add(BufferInternal.buffer(Unpooled.wrappedBuffer(bytes).asReadOnly()));
        kinds.add(BufferInternal.buffer(Unpooled.wrappedBuffer(
                Unpooled.copiedBuffer(bytes, 0, half), Unpooled.copiedBuffer(bytes, half, bytes.length - half))));
        return kinds;
    }

    private static Buffer encodeInChunks(String field, Buffer body, Random random) throws CodingException {
        try (BodyCoder encoder = Bodies.codings(field).encoder()) {
            return Bodies.inChunks(encoder, body, random);
        }
    }

    private static Buffer decodeInChunks(String field, Buffer body, Random random) throws CodingException {
        try (BodyCoder decoder = Bodies.codings(field).decoder(Bodies.NO_LIMIT)) {
            return Bodies.inChunks(decoder, body, random);
        }
    }
}
