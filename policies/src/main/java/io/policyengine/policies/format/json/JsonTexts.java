package io.policyengine.policies.format.json;

import io.policyengine.core.work.StopSignal;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads whole JSON texts. A {@link JsonReader} checks each text against limits before it is parsed. */
public final class JsonTexts {
    /** Maximum nesting of objects and arrays in a JSON text; RFC 8259 §9 permits readers to limit it. */
    public static final int MAX_DEPTH = 500;

    /** Maximum number of digits of a number in a JSON text. */
    private static final int MAX_DIGITS = 1_000;

    /** Maximum size of a member's name in a JSON text, in bytes of UTF-8. */
    private static final int MAX_NAME = 50_000;

    /** Bytes that are read between two checks of the stop signal. */
    private static final int STEP = 64 << 10;

    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private static final JsonLimits LIMITS = new JsonLimits(
            MAX_DEPTH, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, MAX_NAME, MAX_DIGITS, false);

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** A mapper whose numbers keep their trailing zeros. */
    private static final JsonMapper EXACT = JSON.rebuild()
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private JsonTexts() {}

    /**
     * Returns the tree of a text. The tree may take a hundred times the bytes of the text; {@link JsonSize} gives an
     * upper bound.
     *
     * @throws JsonFault if the text is not JSON, nests deeper than 500 levels, has a name twice in an object, or an overlong name or number. Names have at most 50,000 bytes, and numbers at most 1,000 digits
     */
    public static JsonNode read(byte[] text, StopSignal stop) throws JsonFault {
        check(text, stop);
        return tree(JSON, text, 0);
    }

    /**
     * Returns the tree of a text that will be serialized again, so numbers keep all their digits. A byte order mark may
     * precede the text.
     *
     * @throws JsonFault as {@link #read}
     */
    public static JsonNode readExact(byte[] text, StopSignal stop) throws JsonFault {
        int from = afterMark(text);
        read(JsonReader.judging(LIMITS), text, from, stop);
        return tree(EXACT, text, from);
    }

    private static JsonNode tree(JsonMapper mapper, byte[] text, int from) throws JsonFault {
        try {
            return mapper.readTree(text, from, text.length - from);
        } catch (JacksonException | NumberFormatException beyond) {
            throw new JsonFault(JsonFault.Kind.NUMBER);
        }
    }

    /**
     * Returns the value of a text with the positions of all its parts. The result takes as much memory as a tree.
     *
     * @throws JsonFault as {@link #read}
     */
    public static JsonPart parts(byte[] text, StopSignal stop) throws JsonFault {
        return parts(text, 0, JsonSelection.ALL, stop);
    }

    /**
     * Returns the value of a text with the positions of its wanted parts. A byte order mark may precede the text.
     *
     * @throws JsonFault as {@link #read}
     */
    public static JsonPart markedParts(byte[] text, JsonSelection wanted, StopSignal stop) throws JsonFault {
        return parts(text, afterMark(text), wanted, stop);
    }

    private static JsonPart parts(byte[] text, int from, JsonSelection wanted, StopSignal stop) throws JsonFault {
        JsonPartReader parts = new JsonPartReader(wanted, from);
        read(new JsonReader<>(LIMITS, parts), text, from, stop);
        return parts.whole();
    }

    /**
     * Checks that a text is JSON within the limits of {@link #read}, for callers that read it without a tree.
     *
     * @throws JsonFault if it is not
     */
    public static void check(byte[] text, StopSignal stop) throws JsonFault {
        read(JsonReader.judging(LIMITS), text, 0, stop);
    }

    private static void read(JsonReader<RuntimeException> reader, byte[] text, int from, StopSignal stop)
            throws JsonFault {
        try {
            for (int at = from; at < text.length; at += STEP) {
                stop.check();
                reader.take(text, at, Math.min(text.length, at + STEP));
            }
            reader.end();
        } catch (JsonFault fault) {
            throw fault.at(from + reader.place());
        }
    }

    /**
     * Creates a reader for a text that need not be JSON, within the bounds of {@link #read}. It accepts what any common
     * reader accepts.
     */
    public static <X extends Exception> JsonReader<X> lenient(JsonSink<X> sink) {
        return JsonReader.lenient(LIMITS, sink);
    }

    private static int afterMark(byte[] text) {
        boolean isMarked = text.length >= MARK.length && text[0] == MARK[0] && text[1] == MARK[1] && text[2] == MARK[2];
        return isMarked ? MARK.length : 0;
    }
}
