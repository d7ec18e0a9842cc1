package io.policyengine.policies.content.virusscan.content;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/** The pieces that the readers of one body have found, up to {@code max_contents} contents, until they are taken. */
final class ContentSink {
    private final ContentRules rules;
    private List<ContentPiece> pieces = new ArrayList<>();
    private int begun;

    ContentSink(ContentRules rules) {
        this.rules = rules;
    }

    ContentRules rules() {
        return rules;
    }

    /** Begins a content. */
    void begin() throws UnopenableException {
        begun++;
        if (begun > rules.maxContents()) {
            throw new UnopenableException("it has more than " + rules.maxContents() + " contents (max_contents)");
        }
    }

    void add(Buffer bytes) {
        if (bytes.length() > 0) {
            pieces.add(new ContentPiece.Bytes(bytes));
        }
    }

    void end() {
        pieces.add(ContentPiece.END);
    }

    /** Adds the end of all: the contents cannot be told. */
    void fail(UnopenableException failure) {
        pieces.add(new ContentPiece.Unopenable(failure.why()));
    }

    /** Returns what was found since the last call. */
    List<ContentPiece> drain() {
        List<ContentPiece> found = pieces;
        pieces = new ArrayList<>();
        return found;
    }
}
