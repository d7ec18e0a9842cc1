package io.policyengine.policies.format.multipart;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.policies.format.form.FormCharset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The boundary of a multipart body (RFC 2046 §5.1.1), which every server reads in the same way.
 *
 * @param value without leading dashes, in ASCII
 */
public record Boundary(String value) {
    private static final String NAME = "boundary";
    private static final String TYPE = "multipart";

    /** Maximum length of a multipart boundary, in characters (RFC 2046 §5.1.1). */
    private static final int MAX_LENGTH = 70;

    private static final String MARKS = "'()+_,-./:=? ";

    /** Returns whether any server may treat a message or part with the given header fields as multipart. */
    public static boolean isStated(HeaderMap headers) {
        return fields(headers).stream()
                .anyMatch(value -> HeaderMap.lowerCase(value).contains(TYPE));
    }

    /**
     * Returns the values of {@code Content-Type} and {@code Content_Type}. CGI and WSGI gateways do not distinguish the
     * two names.
     */
    private static List<String> fields(HeaderMap headers) {
        List<String> values = new ArrayList<>(1);
        headers.forEach((name, value) -> {
            if (name.length() == "content-type".length() && name.startsWith("content") && name.endsWith("type")) {
                values.add(value);
            }
        });
        return values;
    }

    /**
     * Returns the boundary that the given header fields state.
     *
     * @throws MultipartFault if servers may read a different boundary
     */
    public static Boundary of(HeaderMap headers) throws MultipartFault {
        List<String> values = fields(headers);
        MediaTypes types = MediaTypes.of(headers);
        boolean isOne = values.size() == 1 && !types.unclear() && types.stated().size() == 1;
        if (!isOne || !types.stated().iterator().next().startsWith(TYPE + '/')) {
            throw MultipartFault.malformed("the content type of a multipart body is stated twice, or malformed");
        }
        if (!MediaTypes.charsetsOf(headers).stream().allMatch(FormCharset::keepsAscii)) {
            throw MultipartFault.malformed("a multipart body states a charset that is not compatible with ASCII");
        }
        String field = values.getFirst();
        Map<String, String> parameters = FieldParameters.of(field, FieldKind.CONTENT_TYPE);
        String boundary = parameters.getOrDefault(NAME, "");
        boolean isExtended = parameters.keySet().stream().anyMatch(name -> name.startsWith(NAME + '*'));
        if (isExtended || !isFirst(field) || !isUsable(boundary)) {
            throw MultipartFault.malformed("a multipart body has no boundary that every server reads in the same way");
        }
        return new Boundary(boundary);
    }

    /**
     * Returns whether the boundary is the first parameter and the field has a single equals sign. Then servers that
     * search only for the parameter's name find the same value.
     */
    private static boolean isFirst(String field) {
        String lower = HeaderMap.lowerCase(field);
        int at = lower.indexOf(NAME);
        return at > 0
                && lower.startsWith(NAME + '=', at)
                && lower.substring(0, at).strip().endsWith(";")
                && lower.indexOf(NAME + '=', at + 1) < 0;
    }

    private static boolean isUsable(String boundary) {
        return !boundary.isEmpty()
                && boundary.length() <= MAX_LENGTH
                && !boundary.startsWith("'")
                && !EncodedWord.begins(boundary)
                && boundary.strip().equals(boundary)
                && boundary.chars().allMatch(Boundary::isAllowed);
    }

    private static boolean isAllowed(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || MARKS.indexOf(c) >= 0;
    }
}
