package io.policyengine.policies.content.virusscan.content;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.policies.format.json.JsonTypes;
import java.util.List;

/** The choice of a reader by the fields that describe a body, or a part. What may be read in two ways is refused. */
final class ContentReaders {
    private static final int MAX_DEPTH = 4;
    private static final String MULTIPART = "multipart/";

    private ContentReaders() {}

    /**
     * The reader for a content with these fields.
     *
     * @param depth of multipart bodies around it
     */
    static ContentReader of(HeaderMap headers, ContentSink into, int depth) throws UnopenableException {
        boolean isBase64 = isBase64(headers);
        if (isMultipart(headers)) {
            if (isBase64) {
                throw new UnopenableException("a multipart content is in base64 as a whole");
            }
            if (depth >= MAX_DEPTH) {
                throw new UnopenableException("multipart contents are in each other, more than " + MAX_DEPTH + " deep");
            }
            return new Multipart(Boundary.of(headers), into, depth);
        }
        into.begin();
        if (isBase64) {
            return new Base64Content(into);
        }
        if (!into.rules().json()) {
            return new PlainContent(into);
        }
        return new JsonContent(into, MediaTypes.of(headers).stated().stream().anyMatch(JsonTypes::isJson));
    }

    /** True if anybody may take it for multipart. */
    private static boolean isMultipart(HeaderMap headers) {
        boolean[] found = {MediaTypes.of(headers).stated().stream().anyMatch(type -> type.startsWith(MULTIPART))};
        headers.forEach((name, value) -> found[0] |=
                name.equals("content-type") && HeaderMap.lowerCase(value).contains("multipart"));
        return found[0];
    }

    /** RFC 2045 §6: an encoding by which the bytes are others than they seem. */
    private static boolean isBase64(HeaderMap headers) throws UnopenableException {
        List<String> encodings = headers.getAll("content-transfer-encoding");
        if (encodings.size() > 1) {
            throw new UnopenableException("content-transfer-encoding stands twice");
        }
        if (encodings.isEmpty()) {
            return false;
        }
        return switch (HeaderMap.lowerCase(encodings.getFirst().strip())) {
            case "base64" -> true;
            case "7bit", "8bit", "binary" -> false;
            default ->
                throw new UnopenableException(
                        "a content-transfer-encoding is not undone: base64, 7bit, 8bit" + " and binary are");
        };
    }
}
