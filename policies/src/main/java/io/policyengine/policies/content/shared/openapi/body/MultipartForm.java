package io.policyengine.policies.content.shared.openapi.body;

import io.policyengine.core.http.JsonTypes;
import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.content.shared.openapi.body.MultipartParts.Field;
import io.policyengine.policies.content.shared.openapi.document.DocumentNode;
import io.policyengine.policies.content.shared.openapi.value.SchemaTypes;
import io.policyengine.policies.content.shared.openapi.value.Violations;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the parts of {@code multipart/form-data} as the members of an object. A file is represented by a text with one
 * character for each octet.
 */
record MultipartForm(Content content, Violations findings, StopSignal stop) {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    JsonNode read(byte[] body, String contentType) throws MalformedBodyException {
        Map<String, ArrayNode> byName = new LinkedHashMap<>();
        Set<String> members = content.shape().properties().keySet();
        for (Field part : MultipartParts.of(body, contentType)) {
            stop.check();
            if (!members.contains(part.name()) && content.isReadAsMember(part.name())) {
                throw new MalformedBodyException("a part has a name that servers may read as another part's");
            }
            byName.computeIfAbsent(part.name(), _ -> NODES.arrayNode()).add(value(part));
        }
        ObjectNode form = NODES.objectNode();
        for (Map.Entry<String, ArrayNode> member : byName.entrySet()) {
            ArrayNode values = member.getValue();
            boolean isList = content.shape().property(member.getKey()).isArray();
            if (!isList && values.size() > 1) {
                throw new MalformedBodyException("a part occurs more than once, but is not a list");
            }
            form.set(member.getKey(), isList ? values : values.get(0));
        }
        return form;
    }

    private JsonNode value(Field part) throws MalformedBodyException {
        checkType(part);
        SchemaTypes member = content.shape().property(part.name());
        SchemaTypes shape = member.isArray() ? member.item() : member;
        boolean isJson = JsonTypes.isJson(part.type()) || (part.type().isEmpty() && shape.isObject());
        if (isJson) {
            return JudgedBody.json(part.content(), stop);
        }
        boolean isText = part.type().isEmpty() || part.type().startsWith("text/");
        if (part.isFile() || !isText) {
            return NODES.stringNode(new String(part.content(), StandardCharsets.ISO_8859_1));
        }
        List<JsonNode> values = FormBody.text(part.content(), shape);
        return values.getFirst();
    }

    private void checkType(Field part) {
        Set<String> types = content.encoding(part.name()).types();
        String type = part.type().isEmpty() ? "text/plain" : part.type();
        int slash = Math.max(0, type.indexOf('/'));
        boolean isOne = types.isEmpty() || types.contains(type) || types.contains(type.substring(0, slash) + "/*");
        if (!isOne && !types.contains("*/*")) {
            findings.add(
                    "body", "", "/" + DocumentNode.escaped(part.name()), "has a content type that is not permitted");
        }
    }
}
