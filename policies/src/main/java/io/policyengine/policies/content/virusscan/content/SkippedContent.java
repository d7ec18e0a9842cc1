package io.policyengine.policies.content.virusscan.content;

import io.vertx.core.buffer.Buffer;

/** Skips a part that is not to be scanned. */
record SkippedContent() implements ContentReader {
    @Override
    public void take(Buffer bytes) {
        // The part is not among those to scan.
    }

    @Override
    public void end() {
        // Nothing was taken.
    }
}
