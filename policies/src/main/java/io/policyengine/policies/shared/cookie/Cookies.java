package io.policyengine.policies.shared.cookie;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The cookies of a request (RFC 6265 §4.2, names are case-sensitive). Several cookie fields are read as one (RFC 9113
 * §8.2.3).
 */
public final class Cookies {
    private static final String FIELD = "cookie";

    private Cookies() {}

    /** Returns the values of all cookies with the given name, without surrounding quotes. */
    public static List<String> values(HeaderMap headers, String name) {
        List<String> values = new ArrayList<>(1);
        crumbs(headers).filter(crumb -> isNamed(crumb, name)).forEach(crumb -> {
            int equals = crumb.indexOf('=');
            values.add(equals < 0 ? "" : unquoted(crumb.substring(equals + 1).strip()));
        });
        return values;
    }

    /**
     * Returns the instructions that remove the cookies with the given name and leave others unchanged; empty if no
     * cookie matches.
     */
    public static List<RequestInstruction> remove(HeaderMap headers, String name) {
        if (crumbs(headers).noneMatch(crumb -> isNamed(crumb, name))) {
            return List.of();
        }
        List<String> fields = headers.getAll(FIELD).stream()
                .map(field -> without(field, name))
                .filter(field -> !field.isBlank())
                .toList();
        return List.of(fields.isEmpty() ? new RemoveHeader(FIELD) : new SetHeader(FIELD, String.join("; ", fields)));
    }

    /** Returns the headers without the cookies that have the given name. Other cookies are unchanged. */
    public static HeaderMap without(HeaderMap headers, String name) {
        HeaderMap.Builder left = headers.without(FIELD::equals).toBuilder();
        headers.getAll(FIELD).stream()
                .map(field -> without(field, name))
                .filter(field -> !field.isBlank())
                .forEach(field -> left.append(FIELD, field));
        return left.build();
    }

    private static String without(String field, String name) {
        List<String> kept = Stream.of(field.split(";", -1))
                .filter(crumb -> !isNamed(crumb, name))
                .toList();
        return String.join(";", kept).stripLeading();
    }

    private static Stream<String> crumbs(HeaderMap headers) {
        return headers.getAll(FIELD).stream().flatMap(field -> Stream.of(field.split(";", -1)));
    }

    private static boolean isNamed(String crumb, String name) {
        int equals = crumb.indexOf('=');
        return (equals < 0 ? crumb : crumb.substring(0, equals)).strip().equals(name);
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }
}
