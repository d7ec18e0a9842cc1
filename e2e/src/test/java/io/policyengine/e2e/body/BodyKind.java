package io.policyengine.e2e.body;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** The bodies that are sent. All hold a word for the request's policy and one for the response's. */
enum BodyKind {
    NONE,
    /** None, which only its end tells. */
    EMPTY,
    SMALL,
    /** In chunks that split the words. */
    CHUNKED,
    GZIP,
    MEBIBYTE,
    /** Longer than Envoy holds, and than the engine takes whole. */
    BEYOND_LIMIT;

    private static final String SHORT = "an alpha, and a gamma.";
    private static final int CHUNK = 64 << 10;

    private final String text = switch (this) {
        case NONE, EMPTY -> "";
        case SMALL, CHUNKED -> SHORT;
        case GZIP -> SHORT.repeat(100);
        case MEBIBYTE -> ofLength(1 << 20);
        case BEYOND_LIMIT -> ofLength(4 * BodyStack.LIMIT);
    };

    /** Words at both ends, and where two chunks meet. */
    private static String ofLength(int length) {
        StringBuilder text = new StringBuilder(SHORT);
        text.repeat('.', CHUNK - 5 - SHORT.length()).append(SHORT);
        return text.repeat('.', length - SHORT.length() - text.length())
                .append(SHORT)
                .toString();
    }

    /** Whether its length is not told. */
    boolean chunked() {
        return this == CHUNKED || this == EMPTY;
    }

    /** The body as it is written. */
    List<byte[]> chunks() {
        return switch (this) {
            case NONE, EMPTY -> List.of();
            case SMALL -> List.of(ascii(text));
            case GZIP -> List.of(gzipped(text));
            case CHUNKED -> cut(ascii(text), 5);
            case MEBIBYTE, BEYOND_LIMIT -> cut(ascii(text), CHUNK);
        };
    }

    /** What the policies of both directions leave. */
    String changed() {
        return changedByRequest().replace("gamma", "by-response");
    }

    /** What the policy of the request leaves. */
    String changedByRequest() {
        return text.replace("alpha", "by-request");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] gzipped(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(ascii(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static List<byte[]> cut(byte[] bytes, int size) {
        List<byte[]> chunks = new ArrayList<>();
        for (int from = 0; from < bytes.length; from += size) {
            chunks.add(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size)));
        }
        return chunks;
    }
}
