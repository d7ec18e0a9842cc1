package io.policyengine.policies.format.multipart;

import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.core.http.Octets;
import io.policyengine.policies.format.form.FormCharset;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The header fields of a part (RFC 7578 §4). A part whose fields servers may read differently is refused.
 *
 * @param fields each at most once
 * @param disposition in lower case, without parameters; empty if the part states none
 * @param name decoded; empty if the part states none
 * @param fileName decoded; empty if the part states none
 * @param type in lower case, without parameters; empty if the part states none
 */
public record Part(
        HeaderMap fields,
        String disposition,
        Optional<String> name,
        Optional<String> fileName,
        String type,
        TransferEncoding encoding) {
    private static final String DISPOSITION = "content-disposition";
    private static final String TYPE = "content-type";
    private static final Set<String> KNOWN = Set.of(DISPOSITION, TYPE, "content-transfer-encoding");
    private static final String FILE = "filename";
    private static final String EXTENDED_FILE = "filename*";

    /** Returns whether the part is itself multipart. */
    public boolean isMultipart() {
        return Boundary.isStated(fields);
    }

    /** Returns whether the part has a file name. */
    public boolean isFile() {
        return fileName.isPresent();
    }

    /** Returns whether the content of the part states the charset of all texts of the form (RFC 7578 §4.6). */
    boolean isCharset() {
        return isField() && name.filter(FormCharset::isField).isPresent();
    }

    /** Returns whether {@code Content-Disposition} contains the text literally, in UTF-8. */
    public boolean writes(String text) {
        String field = fields.get(DISPOSITION);
        return field != null && field.contains(Octets.fromText(text));
    }

    /** Returns whether the part is a named field of a form (RFC 7578 §4.2). */
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
        String disposition = MediaTypes.typeOf(field);
        if (stated != null && (!FieldRules.isToken(disposition) || disposition.indexOf('\'') >= 0)) {
            throw MultipartFault.malformed("a part has a malformed disposition");
        }
        Map<String, String> parameters = FieldParameters.of(field, FieldKind.CONTENT_DISPOSITION);
        String name = parameters.get("name");
        boolean isUnclear = name != null
                && (name.indexOf('\\') >= 0
                        || EncodedWord.begins(name)
                        || !name.strip().equals(name));
        if (parameters.keySet().stream().anyMatch(Part::isExtended) || isUnclear) {
            throw MultipartFault.malformed("a part has a name that servers read differently");
        }
        if (!MediaTypes.charsetsOf(fields).stream().allMatch(FormCharset::showsItself)) {
            throw MultipartFault.malformed("a part states a charset that is not compatible with ASCII");
        }
        Part part = new Part(
                fields,
                disposition,
                name == null ? Optional.empty() : Optional.of(text(name)),
                FileName.of(parameters.get(FILE), parameters.get(EXTENDED_FILE)),
                type(fields),
                TransferEncoding.of(fields));
        if (part.isMultipart() && part.encoding() != TransferEncoding.IDENTITY) {
            throw MultipartFault.malformed("a nested multipart body has a transfer encoding");
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
            // Gateways turn a dash and an underscore into the same variable name.
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
