package io.policyengine.policies.content.virusscan.content;

import io.policyengine.core.http.HeaderMap;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The contents of one body, as it comes. Holds a few lines of a multipart body at most; where texts in JSON are contents, the whole JSON. */
public final class Contents {
    private final HeaderMap headers;
    private final ContentSink found;
    private @Nullable ContentReader reader;

    /** The contents of a body with these fields, before its first byte. */
    public Contents(ContentRules rules, HeaderMap headers) {
        this.headers = headers;
        this.found = new ContentSink(rules);
    }

    /**
     * The pieces that these bytes show. After one that says that the contents cannot be told, it is not called again.
     *
     * @param last true if the body ends with them
     */
    public List<ContentPiece> take(Buffer bytes, boolean last) {
        try {
            if (reader == null) {
                reader = ContentReaders.of(headers, found, 0);
            }
            reader.take(bytes);
            if (last) {
                reader.end();
            }
        } catch (UnopenableException none) {
            found.fail(none);
        }
        return found.drain();
    }

    /** Bytes of memory that are kept for those to come, by estimate. */
    public long heldBytes() {
        return reader == null ? 0 : reader.heldBytes();
    }
}
