package io.policyengine.policies.content.virusscan.content;

import io.policyengine.core.work.StopSignal;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the pieces of one body until they are drained. The body may have at most {@code max_contents} content items.
 */
final class ContentSink {
    private final ContentRules rules;
    private List<ContentPiece> pieces = new ArrayList<>();
    private int begun;
    private StopSignal stop = () -> false;

    ContentSink(ContentRules rules) {
        this.rules = rules;
    }

    ContentRules rules() {
        return rules;
    }

    /** Sets the signal that stops the readers of the next bytes. */
    void readUntil(StopSignal signal) {
        stop = signal;
    }

    StopSignal stop() {
        return stop;
    }

    /** Begins a content item, unless the body has too many. */
    void begin() throws UnopenableException {
        begun++;
        if (begun > rules.maxContents()) {
            throw new UnopenableException("it has more than " + rules.maxContents() + " content items (max_contents)");
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

    /** Adds a final piece that says why the rest of the body cannot be read. */
    void fail(UnopenableException failure) {
        pieces.add(new ContentPiece.Unopenable(failure.why()));
    }

    /** Returns the pieces collected since this method was last called. */
    List<ContentPiece> drain() {
        List<ContentPiece> found = pieces;
        pieces = new ArrayList<>();
        return found;
    }
}
