package io.policyengine.policies.content.virusscan.content;

import io.policyengine.core.http.HeaderMap;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The contents of one body, as it comes. Holds a few lines of a multipart body at most; where texts in JSON are contents, the whole JSON. */
public final class Contents {
    private final ContentRules rules;
    private final HeaderMap headers;
    private @Nullable ContentReader reader;
    private List<Piece> pieces = new ArrayList<>();
    private int begun;

    Contents(ContentRules rules, HeaderMap headers) {
        this.rules = rules;
        this.headers = headers;
    }

    /**
     * The pieces that these bytes show. After one that says that the contents cannot be told, it is not called again.
     *
     * @param last true if the body ends with them
     */
    public List<Piece> take(Buffer bytes, boolean last) {
        try {
            if (reader == null) {
                reader = ContentReaders.of(headers, this, 0);
            }
            reader.take(bytes);
            if (last) {
                reader.end();
            }
        } catch (UnopenableException none) {
            pieces.add(new Piece.Unopenable(none.why()));
        }
        List<Piece> found = pieces;
        pieces = new ArrayList<>();
        return found;
    }

    /** Bytes of memory that are kept for those to come, by estimate. */
    public long heldBytes() {
        return reader == null ? 0 : reader.heldBytes();
    }

    ContentRules rules() {
        return rules;
    }

    /** A content begins. */
    void begin() throws UnopenableException {
        begun++;
        if (begun > rules.maxContents()) {
            throw new UnopenableException("it has more than " + rules.maxContents() + " contents (max_contents)");
        }
    }

    void add(Buffer bytes) {
        if (bytes.length() > 0) {
            pieces.add(new Piece.Bytes(bytes));
        }
    }

    void end() {
        pieces.add(Piece.END);
    }
}
