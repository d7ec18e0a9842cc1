package io.policyengine.policies.content.virusscan.content;

import io.vertx.core.buffer.Buffer;

/** A part that is not to be scanned. */
record SkippedContent() implements ContentReader {
    @Override
    public void take(Buffer bytes) {
        // By its name it is none of those that are scanned.
    }

    @Override
    public void end() {
        // Nothing of it was taken.
    }
}
