package io.policyengine.policies.content.virusscan.content;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.work.StopSignal;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the content items of one body as it arrives. Holds a few lines of a multipart body. Holds the whole body if it
 * is JSON that is searched for content items.
 */
public final class Contents {
    /** Bytes that are read between two checks of the stop signal. */
    private static final int STEP = 64 << 10;

    private final HeaderMap headers;
    private final ContentSink found;
    private @Nullable ContentReader reader;

    /** Creates a reader for a body with the given header fields, before its first byte. */
    public Contents(ContentRules rules, HeaderMap headers) {
        this.headers = headers;
        this.found = new ContentSink(rules);
    }

    /**
     * Reads the next bytes, and returns the pieces that they complete. Must not be called again after
     * {@link ContentPiece.Unopenable}.
     *
     * @param last true if the body ends with these bytes
     */
    public List<ContentPiece> take(Buffer bytes, boolean last, StopSignal stop) {
        found.readUntil(stop);
        try {
            if (reader == null) {
                reader = ContentReaders.of(headers, found, 0);
            }
            for (int at = 0; at < bytes.length(); at += STEP) {
                stop.check();
                reader.take(bytes.slice(at, Math.min(bytes.length(), at + STEP)));
            }
            if (last) {
                reader.end();
            }
        } catch (UnopenableException none) {
            found.fail(none);
        }
        return found.drain();
    }

    /** Returns the estimated bytes of memory held for later bytes. */
    public long heldBytes() {
        return reader == null ? 0 : reader.heldBytes();
    }
}
