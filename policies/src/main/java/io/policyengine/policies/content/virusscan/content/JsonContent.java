package io.policyengine.policies.content.virusscan.content;

import io.policyengine.policies.format.json.JsonBeginning;
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonTexts;
import io.policyengine.policies.format.utf8.Utf8Text;
import io.vertx.core.buffer.Buffer;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Reads JSON as a content, and then each of its base64 texts as a decoded content. A base64 text may begin with {@code
 * data:…;base64,} (RFC 2397). Holds the whole JSON until its end. A content that states another type is JSON if it
 * begins like an object or an array, in UTF-8, UTF-16 or UTF-32, and is well-formed to its end.
 */
final class JsonContent implements ContentReader {
    /**
     * Minimum characters of a base64 text in JSON that is scanned. Shorter texts are keys and ids; nothing harmful is
     * so short.
     */
    private static final int MIN_LENGTH = 64;

    private static final String DATA = "data:";
    private static final String BASE64 = ";base64,";

    private final ContentSink into;
    private final boolean isStated;
    private final Utf8Text text = new Utf8Text();
    private final JsonBeginning beginning = new JsonBeginning();
    private final Buffer all = Buffer.buffer();

    /**
     * Creates a reader before the first byte.
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

    /** Returns twice the length of the buffer, to include its spare capacity. */
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
        try {
            texts(JsonTexts.read(all.getBytes(), () -> false));
        } catch (JsonFault fault) {
            if (isStated) {
                throw new UnopenableException("content that states JSON is not JSON");
            }
            if (fault.kind() != JsonFault.Kind.MALFORMED) {
                throw new UnopenableException("content that begins like JSON cannot be read: " + fault.kind());
            }
        }
    }

    /** Reads the texts within a value. {@link JsonTexts} limits the depth of this recursion. */
    private void texts(JsonNode node) throws UnopenableException {
        if (node.isString()) {
            Optional<Buffer> decoded = decoded(node.asString());
            if (decoded.isPresent()) {
                into.begin();
                into.add(decoded.get());
                into.end();
            }
            return;
        }
        for (JsonNode child : node) {
            texts(child);
        }
    }

    private static Optional<Buffer> decoded(String text) {
        int mark = text.startsWith(DATA) ? text.indexOf(BASE64) : -1;
        String encoded = mark < 0 ? text : text.substring(mark + BASE64.length());
        if (encoded.length() < MIN_LENGTH) {
            return Optional.empty();
        }
        StringBuilder plain = new StringBuilder(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c > '~') {
                return Optional.empty();
            }
            if (c > ' ') {
                plain.append(c == '-' ? '+' : c == '_' ? '/' : c);
            }
        }
        try {
            return Optional.of(Buffer.buffer(Base64.getDecoder().decode(plain.toString())));
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }
}
