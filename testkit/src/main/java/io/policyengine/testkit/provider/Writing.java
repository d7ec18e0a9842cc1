package io.policyengine.testkit.provider;

import io.policyengine.testkit.provider.AnswerScript.Ending;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/**
 * A part of a body that is sent in one write.
 *
 * @param tokens the output tokens billed for the part
 */
record Writing(Buffer bytes, long tokens) {
    private static final String GARBAGE = "\n}]\u0000 data: {\"usage\":";

    private static final Set<Ending> WITHOUT_BYTES = EnumSet.of(Ending.SILENT, Ending.MUTE, Ending.EMPTY);

    static List<Writing> whole(ModelAnswer answer, ProviderShape shape, AnswerScript script) {
        Buffer body = Buffer.buffer(shape.whole(answer));
        Buffer half = body.getBuffer(0, body.length() / 2);
        long tokens = answer.tokens().output();
        List<Writing> parts = new ArrayList<>();
        switch (script.end()) {
            case COMPLETE -> parts.add(new Writing(body, tokens));
            case TRAILED -> parts.add(new Writing(body.copy().appendString(GARBAGE), tokens));
            case BROKEN, TRUNCATED, STALLED, ERROR -> parts.add(new Writing(half, tokens));
            case SILENT, MUTE, EMPTY -> {}
        }
        return arranged(parts, script);
    }

    static List<Writing> stream(ModelAnswer answer, ProviderShape shape, AnswerScript script) {
        ProviderShape.Stream stream = shape.stream(answer);
        List<Writing> parts = new ArrayList<>();
        if (WITHOUT_BYTES.contains(script.end())) {
            return parts;
        }
        long thought = answer.tokens().reasoning();
        for (Buffer event : stream.opening()) {
            parts.add(new Writing(event, thought));
            thought = 0;
        }
        boolean whole = script.end() == Ending.COMPLETE || script.end() == Ending.TRAILED;
        int pieces = whole ? stream.pieces().size() : (stream.pieces().size() + 1) / 2;
        for (Buffer event : stream.pieces().subList(0, pieces)) {
            parts.add(new Writing(event, answer.choices() + thought));
            thought = 0;
        }
        if (whole) {
            stream.closing().forEach(event -> parts.add(new Writing(event, 0)));
        }
        if (script.end() == Ending.ERROR) {
            parts.add(new Writing(stream.error(), 0));
        }
        if (script.end() == Ending.TRAILED) {
            parts.add(new Writing(Buffer.buffer(GARBAGE), 0));
        }
        return arranged(parts, script);
    }

    private static List<Writing> arranged(List<Writing> parts, AnswerScript script) {
        List<Writing> written = script.gzip() ? compressed(parts) : parts;
        return script.cut() == 0 ? written : cut(written, script.cut());
    }

    /** Splits the bytes of parts into writes of this size. The tokens of a part are billed with its first byte. */
    private static List<Writing> cut(List<Writing> parts, int size) {
        List<Writing> cut = new ArrayList<>();
        Buffer open = Buffer.buffer();
        long tokens = 0;
        for (Writing part : parts) {
            tokens += part.tokens;
            for (int at = 0; at < part.bytes.length(); ) {
                int end = Math.min(part.bytes.length(), at + size - open.length());
                open.appendBuffer(part.bytes, at, end - at);
                at = end;
                if (open.length() == size) {
                    cut.add(new Writing(open, tokens));
                    open = Buffer.buffer();
                    tokens = 0;
                }
            }
        }
        if (open.length() > 0) {
            cut.add(new Writing(open, tokens));
        }
        return cut;
    }

    /** Compresses the body and flushes after each part, so that the client can decompress each part on arrival. */
    private static List<Writing> compressed(List<Writing> parts) {
        List<Writing> compressed = new ArrayList<>();
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(octets, true)) {
            for (Writing part : parts) {
                gzip.write(part.bytes.getBytes());
                gzip.flush();
                compressed.add(new Writing(Buffer.buffer(octets.toByteArray()), part.tokens));
                octets.reset();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        compressed.add(new Writing(Buffer.buffer(octets.toByteArray()), 0));
        return compressed;
    }
}
