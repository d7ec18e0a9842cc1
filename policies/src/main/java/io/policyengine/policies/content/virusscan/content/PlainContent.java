package io.policyengine.policies.content.virusscan.content;

import io.vertx.core.buffer.Buffer;

/**
 * Passes on a content item unchanged. Does not unpack archives and gzip, since the scanner itself can unpack many more
 * kinds.
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
