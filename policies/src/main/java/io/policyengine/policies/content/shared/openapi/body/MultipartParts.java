package io.policyengine.policies.content.shared.openapi.body;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.core.http.Octets;
import io.policyengine.policies.content.shared.openapi.value.PercentCoding;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes a {@code multipart/form-data} body (RFC 7578) apart, strictly: what one server may read otherwise than another is a fault. At most
 * {@value #MAX_PARTS} parts, each with at most {@value #MAX_HEADER_BYTES} bytes of header fields. Time is linear in the body.
 */
public final class MultipartParts {
    static final int MAX_PARTS = 1_000;
    static final int MAX_HEADER_BYTES = 8 << 10;

    /** RFC 2046 §5.1.1. */
    private static final int MAX_BOUNDARY = 70;

    private static final byte[] END_OF_FIELDS = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final byte[] body;
    private final byte[] delimiter;
    private int at;

    private MultipartParts(byte[] body, String boundary) {
        this.body = body;
        this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * A part.
     *
     * @param type in lower case without parameters; empty if it states none
     * @param isFile true if it has a file name
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares it
    record Part(String name, String type, boolean isFile, byte[] content) {}

    /**
     * The parts of a body.
     *
     * @param contentType of the message
     */
    static List<Part> of(byte[] body, String contentType) throws MalformedBodyException {
        Map<String, String> parameters = parameters(contentType);
        if (parameters.keySet().stream().anyMatch(name -> name.startsWith("boundary*"))) {
            throw new MalformedBodyException("its Content-Type has a boundary in a form that servers read differently");
        }
        String boundary = parameters.get("boundary");
        if (boundary == null || boundary.isEmpty() || boundary.length() > MAX_BOUNDARY) {
            throw new MalformedBodyException("its Content-Type has no usable boundary");
        }
        return new MultipartParts(body, boundary).read();
    }

    private List<Part> read() throws MalformedBodyException {
        if (!matches(0, Arrays.copyOfRange(delimiter, 2, delimiter.length))) {
            throw new MalformedBodyException("it does not begin with its boundary");
        }
        at = delimiter.length - 2;
        List<Part> parts = new ArrayList<>();
        while (!takes("--")) {
            if (!takes("\r\n")) {
                throw new MalformedBodyException("a boundary is followed by something else than the end of its line");
            }
            if (parts.size() == MAX_PARTS) {
                throw new MalformedBodyException("it has more than " + MAX_PARTS + " parts");
            }
            parts.add(part());
        }
        for (int i = at; i < body.length; i++) {
            if ("\r\n\t ".indexOf(body[i]) < 0) {
                throw new MalformedBodyException("something comes after its last boundary");
            }
        }
        return parts;
    }

    private boolean takes(String text) {
        boolean isThere = matches(at, text.getBytes(StandardCharsets.US_ASCII));
        at += isThere ? text.length() : 0;
        return isThere;
    }

    private Part part() throws MalformedBodyException {
        int end = find(END_OF_FIELDS, at, Math.min(body.length, at + MAX_HEADER_BYTES));
        if (end < 0) {
            throw new MalformedBodyException("the header fields of a part do not end");
        }
        Map<String, String> fields = fields(new String(body, at, end - at, StandardCharsets.ISO_8859_1));
        int start = end + END_OF_FIELDS.length;
        int next = find(delimiter, start, body.length);
        if (next < 0) {
            throw new MalformedBodyException("a part does not end");
        }
        at = next + delimiter.length;
        return part(fields, Arrays.copyOfRange(body, start, next));
    }

    private static Part part(Map<String, String> fields, byte[] content) throws MalformedBodyException {
        String disposition = fields.getOrDefault("content-disposition", "");
        String encoding = HeaderMap.lowerCase(fields.getOrDefault("content-transfer-encoding", "binary"));
        Map<String, String> parameters = parameters(disposition);
        String octets = parameters.get("name");
        String name = octets == null ? null : PercentCoding.utf8(octets);
        if (!MediaTypes.typeOf(disposition).equals("form-data") || name == null || parameters.containsKey("name*")) {
            throw new MalformedBodyException("a part does not say its name as form-data does");
        }
        if (!encoding.equals("binary") && !encoding.equals("8bit") && !encoding.equals("7bit")) {
            throw new MalformedBodyException("a part has a transfer encoding");
        }
        boolean isFile = parameters.containsKey("filename") || parameters.containsKey("filename*");
        return new Part(name, MediaTypes.typeOf(fields.getOrDefault("content-type", "")), isFile, content);
    }

    private static Map<String, String> fields(String text) throws MalformedBodyException {
        Map<String, String> fields = new HashMap<>();
        for (String line : text.split("\r\n", -1)) {
            int colon = line.indexOf(':');
            boolean isField = colon > 0 && line.charAt(0) > ' ' && line.charAt(colon - 1) > ' ';
            boolean isClean = line.indexOf('\r') < 0 && line.indexOf('\n') < 0 && line.indexOf('\0') < 0;
            if (!isField || !isClean) {
                throw new MalformedBodyException("a part has a malformed header field");
            }
            String name = HeaderMap.lowerCase(line.substring(0, colon));
            if (fields.put(name, line.substring(colon + 1).strip()) != null) {
                throw new MalformedBodyException("a part has a header field twice");
            }
        }
        return fields;
    }

    /** The parameters of a field value by name in lower case (RFC 9110 §5.6.6). */
    static Map<String, String> parameters(String value) throws MalformedBodyException {
        Map<String, String> parameters = new HashMap<>();
        int from = value.indexOf(';');
        while (from >= 0) {
            int equals = value.indexOf('=', from);
            if (equals < 0) {
                break;
            }
            String name = HeaderMap.lowerCase(value.substring(from + 1, equals).strip());
            StringBuilder text = new StringBuilder();
            int end = read(value, equals + 1, text);
            if (parameters.put(name, text.toString()) != null) {
                throw new MalformedBodyException("a parameter of a header field stands twice");
            }
            from = value.indexOf(';', end);
        }
        return parameters;
    }

    /** Adds a token or what is in quotes; returns where it ends. */
    private static int read(String value, int from, StringBuilder text) {
        int at = from;
        if (at < value.length() && value.charAt(at) == '"') {
            at++;
            while (at < value.length() && value.charAt(at) != '"') {
                if (value.charAt(at) == '\\' && at + 1 < value.length()) {
                    at++;
                }
                text.append(value.charAt(at));
                at++;
            }
            return Math.min(value.length(), at + 1);
        }
        int end = value.indexOf(';', at);
        end = end < 0 ? value.length() : end;
        text.append(value.substring(at, end).strip());
        return end;
    }

    private boolean matches(int from, byte[] wanted) {
        return from + wanted.length <= body.length
                && Arrays.equals(body, from, from + wanted.length, wanted, 0, wanted.length);
    }

    /** A carriage return stands in what is searched for at its start only, or is followed by what differs soon: so this is linear. */
    private int find(byte[] wanted, int from, int end) {
        for (int i = from; i + wanted.length <= end; i++) {
            if (body[i] == wanted[0] && matches(i, wanted)) {
                return i;
            }
        }
        return -1;
    }

    /** The charset that a field value names, in lower case; null if it names none. */
    public static @Nullable String charset(String contentType) {
        try {
            String charset = parameters(contentType).get("charset");
            return charset == null ? null : HeaderMap.lowerCase(Octets.toText(charset));
        } catch (MalformedBodyException twice) {
            return "";
        }
    }
}
