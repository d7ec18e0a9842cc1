package io.policyengine.policies.content.virusscan.content;

import io.policyengine.policies.format.multipart.MultipartFault;
import io.policyengine.policies.format.multipart.TransferDecoder;
import io.policyengine.policies.format.multipart.TransferEncoding;
import io.vertx.core.buffer.Buffer;

/** Reads a content item that is encoded in base64, and decodes it. */
final class Base64Content implements ContentReader {
    private final ContentSink into;
    private final TransferDecoder decoder = TransferEncoding.BASE64.decoder();

    Base64Content(ContentSink into) {
        this.into = into;
    }

    @Override
    public void take(Buffer bytes) throws UnopenableException {
        try {
            into.add(Buffer.buffer(decoder.take(bytes.getBytes(), 0, bytes.length())));
        } catch (MultipartFault fault) {
            throw new UnopenableException(fault.why());
        }
    }

    @Override
    public void end() throws UnopenableException {
        try {
            decoder.end();
        } catch (MultipartFault fault) {
            throw new UnopenableException(fault.why());
        }
        into.end();
    }
}
