package io.policyengine.policies.content.virusscan.content;

import io.vertx.core.buffer.Buffer;

/**
 * Passes on a content item unchanged. Archives and gzip are left to the scanner, which can open many more kinds of
 * them.
 */
record PlainContent(ContentSink into) implements ContentReader {
    @Override
    public void take(Buffer bytes) {
        into.add(bytes);
    }

    @Override
    public void end() {
        into.end();
    }
}
