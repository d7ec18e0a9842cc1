package io.policyengine.policies.content.shared.openapi.value;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.JsonTypes;
import io.policyengine.policies.content.shared.openapi.document.DocumentNode;
import io.policyengine.policies.content.shared.openapi.document.SpecFiles;
import io.policyengine.policies.content.shared.openapi.schema.SchemaDirection;
import io.policyengine.policies.content.shared.openapi.schema.SchemaSource;
import io.policyengine.policies.content.shared.openapi.value.SchemaTypes.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the parameters of operations and the headers of responses. */
public record ParameterReader(SpecFiles files, SchemaSource schemas) {
    /**
     * Header fields that are ignored as parameters, since a document describes them elsewhere (OpenAPI 3.1.1
     * §4.8.12.1).
     */
    private static final Set<String> NOT_FOR_HEADERS = Set.of("accept", "content-type", "authorization");

    /**
     * Returns the parameters of a path and an operation. A parameter of the operation replaces the path's parameter
     * with the same name and location.
     */
    public List<Parameter> read(DocumentNode ofPath, DocumentNode ofOperation) {
        Map<String, Parameter> byName = new LinkedHashMap<>();
        addAll(ofPath, byName);
        addAll(ofOperation, byName);
        return new ArrayList<>(byName.values());
    }

    private void addAll(DocumentNode list, Map<String, Parameter> byName) {
        Set<String> here = new java.util.HashSet<>();
        for (DocumentNode item : list.items()) {
            DocumentNode place = files.follow(item);
            ParameterLocation in = ParameterLocation.of(place.member("in"));
            DocumentNode named = place.member("name");
            String name = named.text("");
            if (name.isEmpty()) {
                throw named.fault("a parameter needs a name");
            }
            if (!here.add(in + " " + name)) {
                throw place.fault("the parameter '" + name + "' occurs twice");
            }
            if (in != ParameterLocation.HEADER || !NOT_FOR_HEADERS.contains(HeaderMap.lowerCase(name))) {
                byName.put(in + " " + name, parameter(place, in, name, SchemaDirection.REQUEST));
            }
        }
    }

    public List<Parameter> headers(DocumentNode byName) {
        List<Parameter> headers = new ArrayList<>();
        byName.members().forEach(member -> {
            if (!HeaderMap.lowerCase(member.getKey()).equals("content-type")) {
                headers.add(parameter(
                        files.follow(member.getValue()),
                        ParameterLocation.HEADER,
                        member.getKey(),
                        SchemaDirection.RESPONSE));
            }
        });
        return headers;
    }

    private Parameter parameter(DocumentNode place, ParameterLocation in, String name, SchemaDirection direction) {
        DocumentNode contents = place.member("content");
        DocumentNode styled = place.member("style");
        Style style = Style.of(styled, in.usual());
        if (!in.has(style)) {
            throw styled.fault("parameters in '" + in.text() + "' cannot have this style");
        }
        DocumentNode schema = contents.isThere() ? json(contents) : place.member("schema");
        if (!schema.isThere()) {
            throw place.fault("a parameter needs a schema, or content with one");
        }
        boolean explode = place.member("explode").isTrue(style.explodesUsually());
        SchemaTypes shape = SchemaTypes.of(files, schema);
        checkMembers(place, style, explode && !contents.isThere(), shape);
        return new Parameter(
                in == ParameterLocation.HEADER ? HeaderMap.lowerCase(name) : name,
                in,
                style,
                explode,
                new Parameter.Presence(
                        place.member("required").isTrue(in == ParameterLocation.PATH),
                        in == ParameterLocation.QUERY
                                && place.member("allowEmptyValue").isTrue(false)),
                contents.isThere(),
                shape,
                schemas.get(schema, direction));
    }

    private static DocumentNode json(DocumentNode contents) {
        List<Map.Entry<String, DocumentNode>> types = contents.members();
        if (types.size() != 1
                || !JsonTypes.isJson(HeaderMap.lowerCase(types.getFirst().getKey()))) {
            throw contents.fault("a parameter has exactly one content, which must be JSON");
        }
        return types.getFirst().getValue().member("schema");
    }

    /**
     * Rejects an exploded object with unknown member names, since its members could not be distinguished from other
     * parameters.
     */
    private static void checkMembers(DocumentNode place, Style style, boolean explode, SchemaTypes shape) {
        if (style == Style.DEEP_OBJECT && !shape.isObject() && !shape.kinds().isEmpty()) {
            throw place.member("style").fault("only objects can have this style");
        }
        boolean takesAll = style == Style.FORM
                && explode
                && shape.isObject()
                && !shape.mayBe(Kind.ARRAY)
                && (shape.others() != null || shape.properties().isEmpty());
        if (takesAll) {
            throw place.fault(
                    "the members of an exploded object are separate parameters and need names: list them all under "
                            + "'properties', or use style deepObject");
        }
    }
}
