package io.policyengine.policies.content.shared.openapi.body;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.JsonTypes;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.policies.content.shared.openapi.document.DocumentNode;
import io.policyengine.policies.content.shared.openapi.document.SpecFiles;
import io.policyengine.policies.content.shared.openapi.schema.SchemaDirection;
import io.policyengine.policies.content.shared.openapi.schema.SchemaSource;
import io.policyengine.policies.content.shared.openapi.value.ParameterLocation;
import io.policyengine.policies.content.shared.openapi.value.SchemaTypes;
import io.policyengine.policies.content.shared.openapi.value.Style;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Reads the contents of requests and responses from a document.
 *
 * @param opaque media types whose bodies pass unvalidated, in lower case; may be ranges
 */
public record BodyContentReader(SpecFiles files, SchemaSource schemas, Set<String> opaque, FormReadings readings) {
    /** The media type of a form that is written like a query. */
    public static final String FORM = "application/x-www-form-urlencoded";
    /** The media type of a form that consists of parts with header fields. */
    public static final String MULTIPART = "multipart/form-data";

    private static final Set<String> ONLY_MEMBERS = Set.of("style", "explode", "allowReserved");

    /** Reads the contents that a place of the document describes. */
    public BodyContents read(DocumentNode contents, SchemaDirection direction) {
        Map<String, Content> byType = new LinkedHashMap<>();
        contents.members().forEach(member -> {
            String type = MediaTypes.typeOf(member.getKey());
            if (type.indexOf('/') < 0) {
                throw member.getValue().fault("a media type is expected as the key");
            }
            if (byType.put(type, content(type, member.getValue(), direction)) != null) {
                throw member.getValue().fault("the media type occurs twice: two keys differ only in parameters");
            }
        });
        return new BodyContents(byType);
    }

    private Content content(String type, DocumentNode media, SchemaDirection direction) {
        DocumentNode schema = media.member("schema");
        if (!schema.isThere() || isOpaque(type)) {
            return Content.OPAQUE;
        }
        SchemaTypes shape = SchemaTypes.of(files, schema);
        if (!isJudged(type)) {
            if (saysNothing(schema)) {
                return Content.OPAQUE;
            }
            throw media.fault(
                    "bodies of " + type + " cannot be validated against a schema: add the type to opaque_types to let "
                            + "them pass, or remove the schema");
        }
        return new Content(schemas.get(schema, direction), shape, readings(type, shape, media), encodings(type, media));
    }

    /**
     * Returns whether bodies of the type can be validated: JSON, forms and plain text, or a range that includes JSON.
     */
    private static boolean isJudged(String type) {
        return JsonTypes.isJson(type)
                || type.equals(FORM)
                || type.equals(MULTIPART)
                || type.equals("text/plain")
                || type.equals("*/*")
                || type.equals("application/*");
    }

    private boolean isOpaque(String type) {
        return opaque.contains(type) || opaque.contains(type.substring(0, type.indexOf('/')) + "/*");
    }

    /** Returns whether the schema permits every text. If it does, texts need not be validated. */
    private boolean saysNothing(DocumentNode given) {
        DocumentNode schema = files.follow(given);
        if (schema.node().isBoolean()) {
            return schema.node().booleanValue();
        }
        for (String keyword : schema.node().propertyNames()) {
            boolean isText = keyword.equals("type")
                    && schema.member(keyword).node().asString("").equals("string");
            boolean tellsOnly = Set.of(
                                    "format",
                                    "title",
                                    "description",
                                    "example",
                                    "examples",
                                    "default",
                                    "deprecated",
                                    "contentMediaType",
                                    "contentEncoding")
                            .contains(keyword)
                    || keyword.startsWith("x-");
            if (!isText && !tellsOnly) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns the names under which servers may read the form's members; empty if the type or range includes no forms.
     */
    private Set<String> readings(String type, SchemaTypes shape, DocumentNode media) {
        boolean isNoForm = JsonTypes.isJson(type) || type.equals("text/plain");
        return isNoForm ? Set.of() : readings.of(shape.properties().keySet(), media);
    }

    private Map<String, Content.Encoding> encodings(String type, DocumentNode media) {
        Map<String, Content.Encoding> encodings = new HashMap<>();
        boolean isForm = type.equals(FORM) || type.equals(MULTIPART);
        for (Map.Entry<String, DocumentNode> member : media.member("encoding").members()) {
            if (isForm) {
                encodings.put(member.getKey(), encoding(type, member.getValue()));
            }
        }
        return encodings;
    }

    private static Content.Encoding encoding(String type, DocumentNode encoding) {
        if (encoding.member("headers").isThere()) {
            throw encoding.member("headers").fault("headers of parts are not validated: remove them");
        }
        Style style = Style.of(encoding.member("style"), Style.FORM);
        if (!ParameterLocation.QUERY.has(style)) {
            throw encoding.member("style").fault("members of a form cannot have this style");
        }
        if (type.equals(MULTIPART)) {
            ONLY_MEMBERS.stream()
                    .filter(keyword -> encoding.member(keyword).isThere())
                    .findFirst()
                    .ifPresent(keyword -> {
                        throw encoding.member(keyword).fault("not supported for multipart/form-data: remove it");
                    });
        }
        Set<String> types = new LinkedHashSet<>();
        for (String one : encoding.member("contentType").text("").split(",", -1)) {
            if (!one.isBlank()) {
                types.add(HeaderMap.lowerCase(MediaTypes.typeOf(one)));
            }
        }
        boolean isStyled = ONLY_MEMBERS.stream()
                .anyMatch(keyword -> encoding.member(keyword).isThere());
        return new Content.Encoding(
                types, isStyled, style, encoding.member("explode").isTrue(style.explodesUsually()));
    }
}
