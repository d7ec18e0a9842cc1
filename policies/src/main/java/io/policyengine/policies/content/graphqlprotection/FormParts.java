package io.policyengine.policies.content.graphqlprotection;

import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.policies.content.graphqlprotection.Refusal.Why;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The parts of a {@code multipart/form-data} body (RFC 7578). Strict, so that whoever reads the body next finds the same parts: what is
 * written in two ways, or not as browsers write it, is refused.
 */
final class FormParts {
    private static final String OPERATIONS = "operations";
    private static final String DISPOSITION = "content-disposition:";
    private static final String FORM_DATA = "form-data";
    private static final Set<String> PARAMETERS = Set.of("name", "filename");
    private static final int MAX_PARTS = 1_000;
    private static final int MAX_BOUNDARY = 70;
    private static final byte[] HEADER_END = Octets.toBytes("\r\n\r\n");

    private final byte[] body;
    private final byte[] delimiter;
    private byte[] operations = {};

    private FormParts(byte[] body, String boundary) {
        this.body = body;
        this.delimiter = Octets.toBytes("\r\n--" + boundary);
    }

    /**
     * The part {@code operations}, which must stand once.
     *
     * @throws Refusal if the body is not as described
     */
    static byte[] onlyOperations(HeaderMap headers, byte[] body) throws Refusal {
        List<String> types = headers.getAll("content-type");
        require(types.size() == 1);
        FormParts parts = new FormParts(body, boundary(types.getFirst()));
        parts.read();
        require(parts.operations.length > 0);
        return parts.operations;
    }

    private static String boundary(String type) throws Refusal {
        int at = HeaderMap.lowerCase(type).indexOf("boundary=");
        require(at > 0 && HeaderMap.lowerCase(type).indexOf("boundary", at + 1) < 0);
        String value = type.substring(at + "boundary=".length()).strip();
        String boundary = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
        require(!boundary.isEmpty()
                && boundary.length() <= MAX_BOUNDARY
                && boundary.chars().allMatch(c -> isBoundary((char) c)));
        return boundary;
    }

    /** RFC 2046 §5.1.1, without blanks. */
    private static boolean isBoundary(char c) {
        return (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || "'()+_,-./:=?".indexOf(c) >= 0;
    }

    private void read() throws Refusal {
        byte[] first = Arrays.copyOfRange(delimiter, 2, delimiter.length);
        require(startsWith(0, first));
        int at = first.length;
        for (int parts = 0; !startsWith(at, Octets.toBytes("--")); parts++) {
            require(parts < MAX_PARTS && startsWith(at, Octets.toBytes("\r\n")));
            int end = indexOf(delimiter, at);
            require(end >= 0);
            part(at + 2, end);
            at = end + delimiter.length;
        }
        String rest = Octets.fromBytes(Arrays.copyOfRange(body, at + 2, body.length));
        require(rest.isEmpty() || rest.equals("\r\n"));
    }

    private void part(int start, int end) throws Refusal {
        int headerEnd = indexOf(HEADER_END, start);
        require(headerEnd >= 0 && headerEnd <= end - HEADER_END.length);
        String fields = Octets.fromBytes(Arrays.copyOfRange(body, start, headerEnd));
        if (name(fields).equals(OPERATIONS)) {
            require(operations.length == 0);
            operations = Arrays.copyOfRange(body, headerEnd + HEADER_END.length, end);
        }
    }

    /** The name of the part with these fields; one disposition, and no other encoding, is expected. */
    private static String name(String fields) throws Refusal {
        String name = "";
        for (String line : fields.split("\r\n", -1)) {
            String lowerCase = HeaderMap.lowerCase(line);
            int colon = line.indexOf(':');
            require(colon > 0 && FieldRules.isToken(line.substring(0, colon)));
            require(!lowerCase.startsWith("content-transfer-encoding") && line.indexOf('\n') < 0);
            if (lowerCase.startsWith(DISPOSITION)) {
                require(name.isEmpty());
                name = nameIn(line.substring(DISPOSITION.length()));
            }
        }
        require(!name.isEmpty());
        return name;
    }

    /** The value of {@code name} in {@code form-data; name="…"; filename="…"}; anything that is written otherwise is refused. */
    private static String nameIn(String disposition) throws Refusal {
        String text = disposition.strip();
        require(HeaderMap.lowerCase(text).startsWith(FORM_DATA) && text.indexOf('\\') < 0);
        String name = "";
        int at = FORM_DATA.length();
        while (at < text.length()) {
            require(text.charAt(at) == ';');
            int equals = text.indexOf('=', at);
            require(equals > 0 && equals + 1 < text.length() && text.charAt(equals + 1) == '"');
            int end = text.indexOf('"', equals + 2);
            require(end > 0);
            String parameter = text.substring(at + 1, equals).strip();
            require(PARAMETERS.contains(parameter));
            if (parameter.equals("name")) {
                require(name.isEmpty());
                name = text.substring(equals + 2, end);
            }
            at = end + 1;
        }
        return name;
    }

    private boolean startsWith(int at, byte[] prefix) {
        return at + prefix.length <= body.length
                && Arrays.equals(body, at, at + prefix.length, prefix, 0, prefix.length);
    }

    private int indexOf(byte[] sought, int from) {
        for (int at = from; at <= body.length - sought.length; at++) {
            if (body[at] == sought[0] && startsWith(at, sought)) {
                return at;
            }
        }
        return -1;
    }

    private static void require(boolean holds) throws Refusal {
        if (!holds) {
            throw new Refusal(Why.MALFORMED);
        }
    }
}
