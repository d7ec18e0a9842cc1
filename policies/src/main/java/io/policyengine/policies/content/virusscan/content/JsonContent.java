package io.policyengine.policies.content.virusscan.content;

import io.policyengine.policies.format.json.JsonBeginning;
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonReader;
import io.policyengine.policies.format.json.JsonSink;
import io.policyengine.policies.format.json.JsonTexts;
import io.policyengine.policies.format.utf8.Utf8Text;
import io.vertx.core.buffer.Buffer;

/**
 * Reads JSON as a content item, and each {@link LooseBase64} text in it, decoded, as a further item. Holds all of the
 * JSON until its end. Content of another type is also read as JSON if it begins like an object or an array, in UTF-8,
 * UTF-16 or UTF-32. Reading stops where every common JSON parser would reject the content.
 */
final class JsonContent implements ContentReader {
    /** Maximum number of content items that are decoded from inexact base64 in one JSON text. */
    private static final int MAX_LOOSE = 1_000;

    /** Bytes that are read between two checks of the stop signal. */
    private static final int STEP = 64 << 10;

    private static final char REPLACEMENT = '\uFFFD';

    private final ContentSink into;
    private final boolean isStated;
    private final Utf8Text text = new Utf8Text();
    private final JsonBeginning beginning = new JsonBeginning();
    private final Buffer all = Buffer.buffer();
    private int loose;

    /**
     * Creates a reader of a content item before its first byte.
     *
     * @param isStated true if the content states that it is JSON, so that anything else is refused
     */
    JsonContent(ContentSink into, boolean isStated) {
        this.into = into;
        this.isStated = isStated;
    }

    @Override
    public void take(Buffer bytes) {
        into.add(bytes);
        if (isStated) {
            all.appendBuffer(bytes);
        } else if (!beginning.isOther()) {
            byte[] more = text.take(bytes.getBytes(), 0, bytes.length());
            int from = all.length() == 0 ? beginning.in(more) : 0;
            if (from >= 0) {
                all.appendBytes(more, from, more.length - from);
            }
        }
    }

    /** Returns twice the length of the held JSON, to include the buffer's spare capacity. */
    @Override
    public long heldBytes() {
        return 2L * all.length();
    }

    @Override
    public void end() throws UnopenableException {
        into.end();
        if (all.length() == 0) {
            return;
        }
        byte[] bytes = all.getBytes();
        try {
            if (isStated) {
                JsonTexts.check(bytes, into.stop());
            }
        } catch (JsonFault fault) {
            throw new UnopenableException("content with a JSON content type is not JSON");
        }
        try {
            JsonReader<UnopenableException> reader = JsonTexts.lenient(new Strings());
            for (int at = 0; at < bytes.length; at += STEP) {
                into.stop().check();
                reader.take(bytes, at, Math.min(bytes.length, at + STEP));
            }
        } catch (JsonFault fault) {
            if (fault.kind() != JsonFault.Kind.MALFORMED) {
                throw new UnopenableException("content that begins like JSON cannot be read: " + fault.kind());
            }
        }
    }

    private void text(String text) throws UnopenableException {
        LooseBase64.Readings readings = LooseBase64.of(text, into.stop());
        for (Buffer content : readings.contents()) {
            if (readings.isExact()) {
                into.begin();
            } else if (++loose > MAX_LOOSE) {
                throw new UnopenableException("it has too many texts that are nearly base64");
            }
            into.add(content);
            into.end();
        }
    }

    /** Collects the values that are strings, one at a time. */
    private final class Strings implements JsonSink<UnopenableException> {
        private final StringBuilder string = new StringBuilder();
        private boolean isValue;

        @Override
        public void beginName(long start, long end) {
            isValue = false;
        }

        @Override
        public void beginString(long start, long end) {
            isValue = true;
            string.setLength(0);
        }

        @Override
        public boolean wantsCharacters() {
            return isValue;
        }

        @Override
        public void character(int codePoint, long start, long end) {
            string.appendCodePoint(codePoint < 0 ? REPLACEMENT : codePoint);
        }

        @Override
        public void endString(long end) throws UnopenableException {
            text(string.toString());
        }
    }
}
