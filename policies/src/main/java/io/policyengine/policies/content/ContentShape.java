package io.policyengine.policies.content;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.policies.json.JsonTypes;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The structures that a body may have by its content type. There are several where the message does not say one clearly: then it is read in
 * all of them, since any may be what the next server reads.
 *
 * @param charset that is stated
 * @param boundary of multipart that is stated
 * @param text true if octets that are no characters are refused
 */
public record ContentShape(
        Set<Structure> structures, Optional<String> charset, Optional<String> boundary, boolean text) {
    private static final int MAX_BOUNDARY = 200;

    /** The structures of bodies. */
    enum Structure {
        JSON,
        EVENTS,
        LINES,
        FORM,
        MULTIPART,
        PLAIN
    }

    /** A copy. */
    public ContentShape {
        structures = Set.copyOf(structures);
    }

    /** That of a message with these fields. */
    public static ContentShape of(HeaderMap headers) {
        MediaTypes types = MediaTypes.of(headers);
        Set<Structure> structures = EnumSet.noneOf(Structure.class);
        boolean text = types.unclear();
        for (String type : types.stated()) {
            structures.add(structureOf(type));
            text |= isText(type);
        }
        if (types.unclear()) {
            structures.add(Structure.PLAIN);
            structures.add(Structure.FORM);
        }
        List<String> values = headers.getAll("content-type");
        Optional<String> boundary = parameter(values, "boundary").filter(mark -> mark.length() <= MAX_BOUNDARY);
        if (boundary.isEmpty() && structures.remove(Structure.MULTIPART)) {
            structures.add(Structure.PLAIN);
        }
        if (structures.contains(Structure.JSON) && structures.size() > 1) {
            // As text, it is read as JSON if it begins so.
            structures.remove(Structure.JSON);
            structures.add(Structure.PLAIN);
        }
        return new ContentShape(structures, parameter(values, "charset"), boundary, text);
    }

    /** That of a query. */
    public static ContentShape query() {
        return new ContentShape(Set.of(Structure.FORM), Optional.empty(), Optional.empty(), true);
    }

    /** That of a text which need not be one, as the value of a header field. */
    public static ContentShape anything() {
        return new ContentShape(Set.of(Structure.PLAIN), Optional.empty(), Optional.empty(), false);
    }

    /** True if it is a stream of events, whose client awaits each of them. */
    public boolean isStream() {
        return structures.contains(Structure.EVENTS) || structures.contains(Structure.LINES);
    }

    private static Structure structureOf(String type) {
        if (JsonTypes.isJson(type)) {
            return Structure.JSON;
        }
        return switch (type) {
            case "text/event-stream" -> Structure.EVENTS;
            case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines" ->
                Structure.LINES;
            case "application/x-www-form-urlencoded" -> Structure.FORM;
            default -> type.startsWith("multipart/") ? Structure.MULTIPART : Structure.PLAIN;
        };
    }

    private static boolean isText(String type) {
        Structure structure = structureOf(type);
        return switch (structure) {
            case JSON, EVENTS, LINES, FORM -> true;
            case MULTIPART -> false;
            case PLAIN ->
                type.startsWith("text/")
                        || type.endsWith("xml")
                        || type.endsWith("yaml")
                        || type.endsWith("script")
                        || type.endsWith("graphql")
                        || type.endsWith("csv");
        };
    }

    /** The value of a parameter, of the first field that has it. */
    private static Optional<String> parameter(List<String> values, String name) {
        for (String value : values) {
            int at = value.toLowerCase(Locale.ROOT).indexOf(name + "=");
            if (at >= 0) {
                return Optional.of(unquoted(value.substring(at + name.length() + 1)));
            }
        }
        return Optional.empty();
    }

    private static String unquoted(String text) {
        StringBuilder value = new StringBuilder();
        boolean quoted = text.startsWith("\"");
        for (int i = quoted ? 1 : 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (quoted ? character == '"' : character == ';' || character == ',') {
                break;
            }
            if (quoted && character == '\\' && i + 1 < text.length()) {
                i++;
            }
            value.append(text.charAt(i));
        }
        return value.toString().strip();
    }
}
