package io.policyengine.policies.content.virusscan.content;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MediaTypes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The boundary of a multipart content (RFC 2046 §5.1.1), where all readers agree on it. */
final class Boundary {
    private static final int MAX_LENGTH = 70;
    private static final String MARKS = "'()+_,-./:=? ";

    private Boundary() {}

    /**
     * The boundary with the two dashes in front of it, in octets.
     *
     * @throws UnopenableException if these fields can be read in several ways
     */
    static byte[] of(HeaderMap headers) throws UnopenableException {
        List<String> values = new ArrayList<>(1);
        headers.forEach((name, value) -> {
            // Also Content_Type: gateways to CGI, WSGI and PHP make the same variable of both.
            if (name.length() == "content-type".length() && name.startsWith("content") && name.endsWith("type")) {
                values.add(value);
            }
        });
        MediaTypes types = MediaTypes.of(headers);
        if (values.size() != 1 || types.unclear() || types.stated().size() != 1) {
            throw new UnopenableException("the content type of a multipart content is stated twice, or malformed");
        }
        String boundary = FieldParameters.of(values.getFirst(), "boundary").orElse("");
        if (boundary.isEmpty()
                || boundary.length() > MAX_LENGTH
                || boundary.endsWith(" ")
                || !boundary.chars().allMatch(Boundary::isAllowed)) {
            throw new UnopenableException("a multipart content has no boundary that every reader takes for the same");
        }
        return ("--" + boundary).getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean isAllowed(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || MARKS.indexOf(c) >= 0;
    }
}
