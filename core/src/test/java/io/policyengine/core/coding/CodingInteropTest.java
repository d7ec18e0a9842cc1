package io.policyengine.core.coding;

import static org.assertj.core.api.Assertions.assertThat;

import io.airlift.compress.v3.zstd.ZstdInputStream;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.brotli.dec.BrotliInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads what the tools of each coding wrote, and writes what the decoders of others read. */
final class CodingInteropTest {
    @ParameterizedTest
    @CsvSource({
        "gzip, seq.gz",
        "gzip, seq-named.gz",
        "gzip, seq-members.gz",
        "deflate, seq.zlib",
        "deflate, seq.deflate",
        "br, seq.br",
        "zstd, seq.zst",
        "zstd, seq-frames.zst",
        "zstd, window-8m.zst",
    })
    void readsWhatToolsWrote(String field, String file) throws CodingException {
        assertThat(Bodies.decode(field, Bodies.file(file))).isEqualTo(Bodies.seq());
        for (int seed = 0; seed < 20; seed++) {
            try (BodyCoder decoder = Bodies.codings(field).decoder(Bodies.NO_LIMIT)) {
                assertThat(Bodies.inChunks(decoder, Bodies.file(file), new Random(seed)))
                        .as("seed %d", seed)
                        .isEqualTo(Bodies.seq());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "zstd"})
    void writesWhatOthersRead(String field) throws CodingException, IOException {
        for (Buffer body : new Buffer[] {Bodies.seq(), Bodies.random(100_000, 5), Buffer.buffer(new byte[700_000])}) {
            Buffer chunks;
            try (BodyCoder encoder = Bodies.codings(field).encoder()) {
                chunks = Bodies.inChunks(encoder, body, new Random(6));
            }

            assertThat(readByOthers(field, Bodies.encode(field, body))).isEqualTo(body);
            assertThat(readByOthers(field, chunks)).isEqualTo(body);
        }
    }

    private static Buffer readByOthers(String field, Buffer body) throws IOException {
        InputStream bytes = new ByteArrayInputStream(body.getBytes());
        try (InputStream decoded = switch (field) {
            case "gzip" -> new GZIPInputStream(bytes);
            case "deflate" -> new InflaterInputStream(bytes);
            case "br" -> new BrotliInputStream(bytes);
            case "zstd" -> new ZstdInputStream(bytes);
            default -> throw new AssertionError(field);
        }) {
            return Buffer.buffer(decoded.readAllBytes());
        }
    }
}
