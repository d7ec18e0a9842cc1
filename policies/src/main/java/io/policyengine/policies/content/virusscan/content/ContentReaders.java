package io.policyengine.policies.content.virusscan.content;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.JsonTypes;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.policies.format.multipart.Boundary;
import io.policyengine.policies.format.multipart.MultipartFault;
import io.policyengine.policies.format.multipart.TransferEncoding;

/**
 * Selects a reader by the fields that describe a body or a part. Refuses fields that servers may interpret differently.
 */
final class ContentReaders {
    private ContentReaders() {}

    /**
     * Returns the reader for a content item with the given header fields.
     *
     * @param depth number of multipart bodies around the item
     */
    static ContentReader of(HeaderMap headers, ContentSink into, int depth) throws UnopenableException {
        try {
            return ofClear(headers, into, depth);
        } catch (MultipartFault fault) {
            throw new UnopenableException(fault.why());
        }
    }

    private static ContentReader ofClear(HeaderMap headers, ContentSink into, int depth)
            throws UnopenableException, MultipartFault {
        TransferEncoding encoding = TransferEncoding.of(headers);
        if (Boundary.isStated(headers)) {
            if (encoding != TransferEncoding.IDENTITY) {
                throw new UnopenableException("a multipart body or part is encoded in base64 as a whole");
            }
            return new Multipart(Boundary.of(headers), into, depth);
        }
        if (encoding == TransferEncoding.QUOTED_PRINTABLE) {
            throw new UnopenableException(
                    "a content-transfer-encoding is not supported: only base64, 7bit, 8bit and binary are");
        }
        into.begin();
        if (encoding == TransferEncoding.BASE64) {
            return new Base64Content(into);
        }
        if (!into.rules().json()) {
            return new PlainContent(into);
        }
        return new JsonContent(into, MediaTypes.of(headers).stated().stream().anyMatch(JsonTypes::isJson));
    }
}
