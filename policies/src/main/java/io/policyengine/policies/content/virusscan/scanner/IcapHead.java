package io.policyengine.policies.content.virusscan.scanner;

import io.policyengine.core.http.HeaderMap;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The head of an ICAP response (RFC 3507 §4.3.3).
 *
 * @param rest the bytes after the head
 */
record IcapHead(int status, HeaderMap fields, Buffer rest) {
    /** Maximum bytes of the head of an ICAP response. */
    static final int MAX_BYTES = 16 << 10;

    /** The fields in which services name their findings, in the order in which they are tried. */
    private static final List<String> FINDINGS = List.of("x-infection-found", "x-virus-id", "x-virus-name");

    private static final String THREAT = "threat=";

    /**
     * Parses a head once it is complete.
     *
     * @return empty if more bytes are needed
     * @throws IllegalArgumentException if the head is malformed
     */
    static Optional<IcapHead> parse(Buffer bytes) {
        String text = bytes.getString(0, Math.min(bytes.length(), MAX_BYTES), StandardCharsets.ISO_8859_1.name());
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            if (bytes.length() >= MAX_BYTES) {
                throw new IllegalArgumentException("too long");
            }
            return Optional.empty();
        }
        List<String> lines = List.of(text.substring(0, end).split("\r\n", -1));
        HeaderMap.Builder fields = HeaderMap.builder(lines.size());
        for (String line : lines.subList(1, lines.size())) {
            if (line.startsWith(" ") || line.startsWith("\t")) {
                continue; // the continuation of a field, such as c-icap's X-Violations-Found, is not needed
            }
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException("not a field");
            }
            fields.append(
                    line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        }
        return Optional.of(
                new IcapHead(status(lines.getFirst()), fields.build(), bytes.getBuffer(end + 4, bytes.length())));
    }

    private static int status(String line) {
        boolean isOne = line.length() >= 12
                && line.startsWith("ICAP/1.")
                && line.charAt(8) == ' '
                && (line.length() == 12 || line.charAt(12) == ' ')
                && line.substring(9, 12).chars().allMatch(c -> c >= '0' && c <= '9');
        if (!isOne) {
            throw new IllegalArgumentException("not a status line");
        }
        return Integer.parseInt(line.substring(9, 12));
    }

    /** Returns whether the connection remains usable: no body follows, and the server does not close the connection. */
    boolean leavesConnection() {
        return rest.length() == 0 && !lists("connection", "close");
    }

    boolean lists(String field, String member) {
        return fields.getAll(field).stream()
                .flatMap(value -> List.of(value.split(",", -1)).stream())
                .anyMatch(each -> each.strip().equalsIgnoreCase(member));
    }

    /** Returns the name of the finding; {@code unnamed} if the service states no name. */
    String finding() {
        for (String field : FINDINGS) {
            String value = fields.get(field);
            if (value != null) {
                int threat = HeaderMap.lowerCase(value).indexOf(THREAT);
                String name = threat < 0 ? value : value.substring(threat + THREAT.length());
                int end = name.indexOf(';');
                return SignatureName.of(end < 0 ? name : name.substring(0, end));
            }
        }
        return SignatureName.of("");
    }
}
