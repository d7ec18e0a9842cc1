package io.policyengine.policies.content.shared.openapi.body;

import io.policyengine.policies.content.shared.jsonschema.BodySchema;
import io.policyengine.policies.content.shared.openapi.value.SchemaTypes;
import io.policyengine.policies.content.shared.openapi.value.Style;
import io.policyengine.policies.format.form.NameReadings;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The content of bodies of one media type.
 *
 * @param schema null if bodies are not validated
 * @param shape the types that the schema permits
 * @param readings the names under which servers read the members of a form; empty if no body can be a form
 * @param encodings of the members of a form, by name
 */
public record Content(
        @Nullable BodySchema schema, SchemaTypes shape, Set<String> readings, Map<String, Encoding> encodings) {
    /** The content of bodies that are not validated. */
    static final Content OPAQUE = new Content(null, SchemaTypes.ANY, Set.of(), Map.of());

    public Content {
        readings = Set.copyOf(readings);
        encodings = Map.copyOf(encodings);
    }

    /**
     * The encoding of a form's member (OpenAPI 3.1.1 §4.8.15).
     *
     * @param types media types that a part may have; empty if all are permitted
     * @param isStyled true if an object is written in the style; otherwise it is written as JSON
     */
    record Encoding(Set<String> types, boolean isStyled, Style style, boolean explode) {
        static final Encoding USUAL = new Encoding(Set.of(), false, Style.FORM, true);
    }

    /** Returns whether servers may read the name as the name of a different member. */
    boolean isReadAsMember(String name) {
        return NameReadings.isAmong(name, readings);
    }

    Encoding encoding(String name) {
        return encodings.getOrDefault(name, Encoding.USUAL);
    }
}
