package io.policyengine.policies.virusscan.content;

import io.policyengine.policies.json.JsonFault;
import io.policyengine.policies.json.JsonTexts;
import io.vertx.core.buffer.Buffer;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * JSON as it comes, and after it each of its texts that is base64, decoded: as it is, or behind {@code data:…;base64,} (RFC 2397). Holds all of
 * it until its end.
 */
final class JsonContent implements ContentReader {
    /** Characters below which no text is taken for a content: nothing harmful is so short, and keys and ids are. */
    private static final int MIN_LENGTH = 64;

    private static final String DATA = "data:";
    private static final String BASE64 = ";base64,";

    private final Contents into;
    private final Buffer all = Buffer.buffer();

    JsonContent(Contents into) {
        this.into = into;
    }

    @Override
    public void take(Buffer bytes) {
        into.add(bytes);
        all.appendBuffer(bytes);
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
            throw new UnopenableException("what is said to be JSON is not");
        }
    }

    /** At most as deep as {@link JsonTexts} lets it be. */
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
