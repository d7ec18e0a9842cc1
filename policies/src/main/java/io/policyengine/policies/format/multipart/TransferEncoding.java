package io.policyengine.policies.format.multipart;

import io.policyengine.core.http.HeaderMap;
import java.util.List;

/** The supported transfer encodings of a part or a body (RFC 2045 §6). */
public enum TransferEncoding {
    /** Unencoded octets: 7bit, 8bit, binary, or no stated encoding. */
    IDENTITY,
    /** The encoding {@code base64} (RFC 2045 §6.8). */
    BASE64,
    /** The encoding {@code quoted-printable} (RFC 2045 §6.7). */
    QUOTED_PRINTABLE;

    /**
     * Returns the transfer encoding that the given header fields state.
     *
     * @throws MultipartFault if they state two encodings, or an unknown one
     */
    public static TransferEncoding of(HeaderMap headers) throws MultipartFault {
        List<String> encodings = headers.getAll("content-transfer-encoding");
        if (encodings.isEmpty()) {
            return IDENTITY;
        }
        if (encodings.size() > 1) {
            throw MultipartFault.malformed("content-transfer-encoding is stated twice");
        }
        return switch (HeaderMap.lowerCase(encodings.getFirst().strip())) {
            case "7bit", "8bit", "binary" -> IDENTITY;
            case "base64" -> BASE64;
            case "quoted-printable" -> QUOTED_PRINTABLE;
            default -> throw MultipartFault.malformed("a content-transfer-encoding is not supported");
        };
    }

    /** Returns a new decoder. */
    public TransferDecoder decoder() {
        return switch (this) {
            case IDENTITY -> TransferDecoder.IDENTITY;
            case BASE64 -> new Base64Decoder();
            case QUOTED_PRINTABLE -> new QuotedPrintableDecoder();
        };
    }
}
