package io.policyengine.policies.content.shared.texts;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.JsonTypes;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.policies.format.multipart.Boundary;
import io.policyengine.policies.format.multipart.MultipartFault;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The structures that a body may have according to its content type. If the type is ambiguous, the body is read in each
 * possible structure, since the next server may choose any of them.
 *
 * @param charsets the stated charsets
 * @param boundary the boundary of a multipart body
 * @param text true if octets that are invalid in the charset are refused
 * @param clear false if the body is refused because it states too many charsets or an ambiguous boundary
 */
public record ContentShape(
        Set<Structure> structures, Set<String> charsets, Optional<Boundary> boundary, boolean text, boolean clear) {
    /** Maximum number of stated charsets in which a body is read; with more, the body is refused. */
    private static final int MAX_READINGS = 3;

    enum Structure {
        JSON,
        EVENTS,
        LINES,
        FORM,
        MULTIPART,
        MARKUP,
        PLAIN
    }

    public ContentShape {
        structures = Set.copyOf(structures);
        charsets = Set.copyOf(charsets);
    }

    /** Returns the shape of the body of a message with the given header fields. */
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
        Optional<Boundary> boundary = boundary(headers);
        if (boundary.isEmpty()) {
            structures.remove(Structure.MULTIPART);
        }
        if (structures.contains(Structure.JSON) && structures.size() > 1) {
            // Plain text is read as JSON as well if it begins like JSON.
            structures.remove(Structure.JSON);
            structures.add(Structure.PLAIN);
        }
        Set<String> charsets = ContentParameters.of(headers, "charset");
        boolean clear = charsets.size() <= MAX_READINGS && (boundary.isPresent() || !Boundary.isStated(headers));
        return new ContentShape(structures, charsets, boundary, text, clear);
    }

    /** Returns the boundary of a multipart body; empty if none is stated, or if servers may read different ones. */
    private static Optional<Boundary> boundary(HeaderMap headers) {
        try {
            return Boundary.isStated(headers) ? Optional.of(Boundary.of(headers)) : Optional.empty();
        } catch (MultipartFault ambiguous) {
            return Optional.empty();
        }
    }

    private static ContentShape only(Structure structure, boolean text) {
        return new ContentShape(Set.of(structure), Set.of(), Optional.empty(), text, true);
    }

    /** Returns the shape of a query. */
    public static ContentShape query() {
        return only(Structure.FORM, true);
    }

    /** Returns the shape of a text of any kind, such as the value of a header field. */
    public static ContentShape anything() {
        return only(Structure.PLAIN, false);
    }

    /** Returns whether the body is a stream of events, each of which must reach the client without delay. */
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
            default -> {
                if (type.startsWith("multipart/")) {
                    yield Structure.MULTIPART;
                }
                yield type.endsWith("xml") || type.endsWith("html") ? Structure.MARKUP : Structure.PLAIN;
            }
        };
    }

    private static boolean isText(String type) {
        Structure structure = structureOf(type);
        return switch (structure) {
            case JSON, EVENTS, LINES, FORM, MARKUP -> true;
            case MULTIPART -> false;
            case PLAIN ->
                type.startsWith("text/")
                        || type.endsWith("yaml")
                        || type.endsWith("script")
                        || type.endsWith("graphql")
                        || type.endsWith("csv");
        };
    }
}
