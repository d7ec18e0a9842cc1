package io.policyengine.policies.content.virusscan.content;

import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import java.util.List;
import java.util.Optional;

/** The fields of a multipart part (RFC 7578 §4). What lenient readers may take for another field, or for the end of the fields, is refused. */
final class PartHeaders {
    private static final String DISPOSITION = "content-disposition";

    private PartHeaders() {}

    /**
     * Reads them.
     *
     * @param text in octets, without the empty line; empty for none
     */
    static HeaderMap parse(String text) throws UnopenableException {
        HeaderMap.Builder headers = HeaderMap.builder(4);
        if (text.isEmpty()) {
            return headers.build();
        }
        for (String line : List.of(text.split("\r\n", -1))) {
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon);
            boolean isClean = line.chars().allMatch(c -> (c >= ' ' && c != 0x7F) || c == '\t');
            if (!isClean || !FieldRules.isToken(name)) {
                throw new UnopenableException("a header line of a part is malformed");
            }
            headers.append(name, line.substring(colon + 1).strip());
        }
        return headers.build();
    }

    /** The name of the part; empty if readers may differ in it. */
    static Optional<String> name(HeaderMap headers) {
        List<String> dispositions = headers.getAll(DISPOSITION);
        return dispositions.size() == 1
                ? FieldParameters.of(dispositions.getFirst(), "name").map(Octets::toText)
                : Optional.empty();
    }
}
