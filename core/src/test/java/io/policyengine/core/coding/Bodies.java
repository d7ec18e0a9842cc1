package io.policyengine.core.coding;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Bodies for tests, and what coders make of them. */
final class Bodies {
    static final long NO_LIMIT = Long.MAX_VALUE;

    private static final int LARGEST_CHUNK = 4000;

    private Bodies() {}

    /** What {@code seq 1 5000} prints. */
    static Buffer seq() {
        return Buffer.buffer(
                IntStream.rangeClosed(1, 5000).mapToObj(number -> number + "\n").collect(Collectors.joining()));
    }

    /** Bytes that do not compress. */
    static Buffer random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return Buffer.buffer(bytes);
    }

    /** A file that a tool made; see the README beside it. */
    static Buffer file(String name) {
        try (InputStream file = Bodies.class.getResourceAsStream(name)) {
            return Buffer.buffer(Objects.requireNonNull(file, name).readAllBytes());
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    static ContentCodings codings(String field) {
        return ContentCodings.of(List.of(field));
    }

    static Buffer encode(String field, Buffer body) {
        try (BodyCoder encoder = codings(field).encoder()) {
            return encoder.next(body, true);
        } catch (CodingException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static Buffer decode(String field, Buffer body) throws CodingException {
        return decode(field, body, NO_LIMIT);
    }

    static Buffer decode(String field, Buffer body, long maxBytes) throws CodingException {
        try (BodyCoder decoder = codings(field).decoder(maxBytes)) {
            return decoder.next(body, true);
        }
    }

    /** What comes out where the body goes in by chunks of random lengths, some of them empty. */
    static Buffer inChunks(BodyCoder coder, Buffer body, Random random) throws CodingException {
        Buffer result = Buffer.buffer();
        int from = 0;
        while (from < body.length()) {
            int largest = random.nextBoolean() ? 3 : LARGEST_CHUNK;
            int to = Math.min(from + random.nextInt(largest), body.length());
            result.appendBuffer(coder.next(body.getBuffer(from, to), false));
            from = to;
        }
        return result.appendBuffer(coder.next(Buffer.buffer(), true));
    }

    static Buffer text(String text) {
        return Buffer.buffer(text.getBytes(StandardCharsets.UTF_8));
    }
}
