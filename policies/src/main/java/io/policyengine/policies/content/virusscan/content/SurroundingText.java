package io.policyengine.policies.content.virusscan.content;

import io.vertx.core.buffer.Buffer;

/**
 * Reads the text before the first part or after the last part as a content item, unless the text has only line ends.
 */
final class SurroundingText implements ContentReader {
    private final ContentSink into;
    private boolean begun;

    SurroundingText(ContentSink into) {
        this.into = into;
    }

    @Override
    public void take(Buffer bytes) throws UnopenableException {
        int from = 0;
        while (!begun && from < bytes.length() && (bytes.getByte(from) == '\r' || bytes.getByte(from) == '\n')) {
            from++;
        }
        if (!begun && from < bytes.length()) {
            begun = true;
            into.begin();
        }
        if (begun) {
            into.add(bytes.slice(from, bytes.length()));
        }
    }

    @Override
    public void end() {
        if (begun) {
            into.end();
        }
    }
}
