package io.policyengine.e2e.attack;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.Encoder;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/** Bodies of few octets of which much comes. */
final class Bombs {
    private static final int MIB = 1 << 20;
    private static final int LARGE = 64;

    /** 64 MiB of nothing. */
    static final byte[] GZIP = coded(GZIPOutputStream::new, new byte[MIB], LARGE);

    static final byte[] ZSTD = coded(ZstdOutputStream::new, new byte[MIB], LARGE);

    static final byte[] BROTLI = brotli(LARGE);

    /** A window of 16 MiB that is filled, by some 70 octets, and the end is left out. */
    static final byte[] BROTLI_WINDOW = brotli(16);

    static final byte[] GZIP_OF_GZIP = coded(GZIPOutputStream::new, GZIP, 1);

    /** Ten thousand empty members (RFC 1952 §2.2). */
    static final byte[] GZIP_MEMBERS = Http1.repeat(coded(GZIPOutputStream::new, new byte[0], 1), 10_000);

    private Bombs() {}

    /** What opens a coding. */
    private interface Coder {
        OutputStream over(OutputStream out) throws IOException;
    }

    /** A body in gzip. */
    static byte[] gzip(byte[] content) {
        return coded(GZIPOutputStream::new, content, 1);
    }

    private static byte[] coded(Coder coder, byte[] part, int times) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (OutputStream out = coder.over(all)) {
            for (int i = 0; i < times; i++) {
                out.write(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all.toByteArray();
    }

    private static byte[] brotli(int mebibytes) {
        Brotli4jLoader.ensureAvailability();
        try {
            return Encoder.compress(new byte[mebibytes * MIB], Encoder.Parameters.create(5, 24));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
