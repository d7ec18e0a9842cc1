package io.policyengine.policies.content.virusscan.content;

import io.vertx.core.buffer.Buffer;

/** Passes on a content unchanged. The scanner opens archives and gzip, of which it knows many more kinds. */
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
