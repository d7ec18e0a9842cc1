package io.policyengine.policies.content.virusscan.content;

import io.vertx.core.buffer.Buffer;

/** A content as it comes. Archives and gzip are opened by the scanner, which knows many more kinds of them. */
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
