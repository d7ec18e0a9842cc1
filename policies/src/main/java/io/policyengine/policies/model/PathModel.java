package io.policyengine.policies.model;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.QueryString;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A name of a model in the path of a request.
 *
 * @param name with percent-encoding undone once
 * @param from where it begins in the target
 * @param to the place behind its end there
 */
public record PathModel(String name, int from, int to) {
    private static final String UNRESERVED = "-._~:@";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /** Names in a target, in order: Gemini's and OpenAI's {@code models/NAME}, Bedrock's {@code model/NAME/…}, Azure's {@code deployments/NAME/…}. */
    public static List<PathModel> in(String target) {
        String path = QueryString.pathOf(target);
        List<PathModel> found = new ArrayList<>(1);
        String before = "";
        int from = 0;
        while (from <= path.length()) {
            int slash = path.indexOf('/', from);
            int to = slash < 0 ? path.length() : slash;
            String segment = path.substring(from, to);
            switch (HeaderMap.lowerCase(decoded(before))) {
                case "models" -> add(found, segment, from, method(segment));
                case "model", "deployments", "engines" -> {
                    if (slash >= 0) {
                        add(found, segment, from, segment.length());
                    }
                }
                default -> {}
            }
            // Servers take an empty segment for none.
            before = segment.isEmpty() ? before : segment;
            from = to + 1;
        }
        return found;
    }

    private static void add(List<PathModel> found, String segment, int from, int length) {
        if (length > 0) {
            found.add(new PathModel(decoded(segment.substring(0, length)), from, from + length));
        }
    }

    /** The length of a segment without Google's method at its end, however its colon is written. */
    private static int method(String segment) {
        int colon = segment.lastIndexOf(':');
        int encoded = HeaderMap.lowerCase(segment).lastIndexOf("%3a");
        int at = Math.max(colon, encoded);
        return at < 0 ? segment.length() : at;
    }

    private static String decoded(String segment) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream(segment.length());
        int i = 0;
        while (i < segment.length()) {
            char c = segment.charAt(i);
            boolean isEncoded = c == '%'
                    && i + 2 < segment.length()
                    && HexFormat.isHexDigit(segment.charAt(i + 1))
                    && HexFormat.isHexDigit(segment.charAt(i + 2));
            octets.write(isEncoded ? HexFormat.fromHexDigits(segment, i + 1, i + 3) : c);
            i += isEncoded ? 3 : 1;
        }
        return octets.toString(StandardCharsets.UTF_8);
    }

    /** The target with another name in its place. */
    public String replaced(String target, String other) {
        StringBuilder encoded = new StringBuilder(target.length() + other.length());
        encoded.append(target, 0, from);
        for (byte octet : other.getBytes(StandardCharsets.UTF_8)) {
            boolean stays = Character.isLetterOrDigit(octet) || UNRESERVED.indexOf(octet) >= 0;
            if (stays) {
                encoded.append((char) octet);
            } else {
                encoded.append('%').append(HEX.toHexDigits(octet));
            }
        }
        return encoded.append(target, to, target.length()).toString();
    }
}
