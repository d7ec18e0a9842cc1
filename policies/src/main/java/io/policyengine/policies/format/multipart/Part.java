package io.policyengine.policies.format.multipart;

import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.core.http.Octets;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The description of a part by its header fields (RFC 7578 §4), which every server reads in the same way.
 *
 * @param fields each at most once
 * @param disposition in lower case, without parameters; empty if it states none
 * @param name empty if it states none
 * @param isFile true if it has a file name
 * @param type in lower case, without parameters; empty if it states none
 */
public record Part(
        HeaderMap fields,
        String disposition,
        Optional<String> name,
        boolean isFile,
        String type,
        TransferEncoding encoding) {
    private static final String DISPOSITION = "content-disposition";
    private static final String TYPE = "content-type";
    private static final Set<String> KNOWN = Set.of(DISPOSITION, TYPE, "content-transfer-encoding");
    private static final String FILE = "filename";
    private static final String EXTENDED_FILE = "filename*";

    /** Returns whether it is multipart itself. */
    public boolean isMultipart() {
        return Boundary.isStated(fields);
    }

    /** Returns whether it has a name as parts of a form have (RFC 7578 §4.2). */
    public boolean isField() {
        return disposition.equals("form-data") && name.isPresent();
    }

    /**
     * Reads the header lines of a part.
     *
     * @param lines in octets, each with its line end
     * @throws MultipartFault if servers may read them differently
     */
    static Part parse(String lines) throws MultipartFault {
        HeaderMap fields = fields(lines);
        String stated = fields.get(DISPOSITION);
        String field = stated == null ? "" : stated;
        Map<String, String> parameters = FieldParameters.of(field, FieldRules::isToken);
        String name = parameters.get("name");
        if (parameters.keySet().stream().anyMatch(Part::isExtended) || (name != null && name.indexOf('\\') >= 0)) {
            throw MultipartFault.malformed("a part has a name that servers read differently");
        }
        checkFileName(parameters);
        Part part = new Part(
                fields,
                MediaTypes.typeOf(field),
                name == null ? Optional.empty() : Optional.of(text(name)),
                parameters.containsKey(FILE),
                type(fields),
                TransferEncoding.of(fields));
        if (part.isMultipart() && part.encoding() != TransferEncoding.IDENTITY) {
            throw MultipartFault.malformed("a multipart content is encoded as a whole");
        }
        return part;
    }

    private static HeaderMap fields(String lines) throws MultipartFault {
        HeaderMap.Builder fields = HeaderMap.builder(4);
        Set<String> names = new HashSet<>(4);
        for (int at = 0; at < lines.length(); ) {
            int end = lines.indexOf("\r\n", at);
            String line = lines.substring(at, end);
            at = end + 2;
            int colon = line.indexOf(':');
            String name = HeaderMap.lowerCase(colon < 0 ? "" : line.substring(0, colon));
            boolean isClean = line.chars().allMatch(c -> (c >= ' ' && c != 0x7F) || c == '\t');
            // Gateways make the same variable of a dash and of an underscore.
            boolean isAlike = !KNOWN.contains(name) && KNOWN.contains(name.replace('_', '-'));
            if (!isClean || isAlike || !FieldRules.isToken(name)) {
                throw MultipartFault.malformed("a part has a malformed header field");
            }
            if (!names.add(name)) {
                throw MultipartFault.malformed("a part has a header field twice");
            }
            fields.append(name, line.substring(colon + 1).strip());
        }
        return fields.build();
    }

    private static boolean isExtended(String parameter) {
        return parameter.startsWith("name*")
                || (parameter.startsWith(EXTENDED_FILE) && !parameter.equals(EXTENDED_FILE));
    }

    /** A file name may stand a second time with its charset (RFC 8187), as some clients write it, where it is the same one. */
    private static void checkFileName(Map<String, String> parameters) throws MultipartFault {
        String extended = parameters.get(EXTENDED_FILE);
        if (extended == null) {
            return;
        }
        String plain = parameters.get(FILE);
        String prefix = "utf-8''";
        if (plain == null
                || !HeaderMap.lowerCase(extended).startsWith(prefix)
                || !isSame(Octets.toText(plain), extended.substring(prefix.length()))) {
            throw MultipartFault.malformed("a part has two file names");
        }
    }

    private static boolean isSame(String plain, String percentEncoded) {
        if (percentEncoded.indexOf('%') < 0) {
            return plain.equals(percentEncoded);
        }
        StringBuilder octets = new StringBuilder(percentEncoded.length());
        for (int i = 0; i < percentEncoded.length(); i++) {
            char c = percentEncoded.charAt(i);
            if (c == '%') {
                int high = i + 2 < percentEncoded.length() ? Character.digit(percentEncoded.charAt(i + 1), 16) : -1;
                int low = high < 0 ? -1 : Character.digit(percentEncoded.charAt(i + 2), 16);
                if (low < 0) {
                    return false;
                }
                octets.append((char) ((high << 4) | low));
                i += 2;
            } else {
                octets.append(c);
            }
        }
        return plain.equals(Octets.toText(octets.toString()));
    }

    private static String type(HeaderMap fields) throws MultipartFault {
        String stated = fields.get(TYPE);
        if (stated == null) {
            return "";
        }
        MediaTypes types = MediaTypes.of(fields);
        if (types.unclear() || types.stated().size() != 1) {
            throw MultipartFault.malformed("a part has a malformed content type");
        }
        return types.stated().iterator().next();
    }

    private static String text(String octets) throws MultipartFault {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Octets.toBytes(octets)))
                    .toString();
        } catch (CharacterCodingException other) {
            throw MultipartFault.malformed("the name of a part is not in UTF-8");
        }
    }
}
