package io.policyengine.policies.content.shared.openapi;

import io.policyengine.policies.content.shared.openapi.body.BodyContentReader;
import io.policyengine.policies.content.shared.openapi.body.FormReadings;
import io.policyengine.policies.content.shared.openapi.document.DocumentNode;
import io.policyengine.policies.content.shared.openapi.document.SpecFiles;
import io.policyengine.policies.content.shared.openapi.schema.SchemaDirection;
import io.policyengine.policies.content.shared.openapi.schema.SchemaSource;
import io.policyengine.policies.content.shared.openapi.value.Parameter;
import io.policyengine.policies.content.shared.openapi.value.ParameterLocation;
import io.policyengine.policies.content.shared.openapi.value.ParameterReader;
import io.policyengine.policies.content.shared.openapi.value.Style;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads the paths of an OpenAPI document and everything to which they refer. */
final class DocumentReader {
    private static final Set<String> METHODS =
            Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");

    private final SpecFiles files;
    private final ParameterReader parameters;
    private final BodyContentReader contents;

    DocumentReader(SpecFiles files, SchemaSource schemas, Set<String> opaque) {
        this.files = files;
        this.parameters = new ParameterReader(files, schemas);
        this.contents = new BodyContentReader(files, schemas, opaque, new FormReadings());
    }

    List<PathItem> read() {
        DocumentNode paths = files.root().member("paths");
        if (!paths.node().isObject()) {
            throw paths.fault("a document needs 'paths'");
        }
        List<PathItem> items = new ArrayList<>();
        for (Map.Entry<String, DocumentNode> member : paths.members()) {
            items.add(item(PathTemplate.of(member.getKey(), member.getValue()), member.getValue()));
        }
        if (items.isEmpty()) {
            throw paths.fault("the document has no path, so every request would be denied: add the paths");
        }
        return items;
    }

    private PathItem item(PathTemplate template, DocumentNode at) {
        DocumentNode place = files.follow(at);
        Map<String, Operation> operations = new HashMap<>();
        Set<String> matrixNames = new HashSet<>();
        for (String method : METHODS) {
            DocumentNode operation = place.member(method);
            if (operation.isThere()) {
                Operation read = operation(place, operation, template);
                operations.put(method.toUpperCase(Locale.ROOT), read);
                read.parameters().stream()
                        .filter(parameter -> parameter.style() == Style.MATRIX)
                        .forEach(parameter -> matrixNames.add(parameter.name()));
            }
        }
        return new PathItem(template, at, operations, matrixNames);
    }

    private Operation operation(DocumentNode item, DocumentNode operation, PathTemplate template) {
        if (!operation.node().isObject()) {
            throw operation.fault("an operation is an object");
        }
        List<Parameter> read = parameters.read(item.member("parameters"), operation.member("parameters"));
        List<String> names = template.names();
        for (Parameter parameter : read) {
            if (parameter.in() == ParameterLocation.PATH && !names.contains(parameter.name())) {
                throw operation.fault("the path has no '{" + parameter.name() + "}', but a parameter has this name");
            }
        }
        for (String name : names) {
            if (read.stream()
                    .noneMatch(one ->
                            one.in() == ParameterLocation.PATH && one.name().equals(name))) {
                throw operation.fault("'{" + name + "}' of the path has no parameter: add one with 'in: path'");
            }
        }
        DocumentNode body = files.follow(operation.member("requestBody"));
        return new Operation(read, body.isThere() ? body(body) : null, responses(operation.member("responses")));
    }

    private Operation.RequestBody body(DocumentNode body) {
        return new Operation.RequestBody(
                body.member("required").isTrue(false), contents.read(body.member("content"), SchemaDirection.REQUEST));
    }

    private Map<String, Operation.Response> responses(DocumentNode byStatus) {
        Map<String, Operation.Response> responses = new HashMap<>();
        for (Map.Entry<String, DocumentNode> member : byStatus.members()) {
            String status = member.getKey().toUpperCase(Locale.ROOT);
            if (!status.matches("[1-5][0-9][0-9]|[1-5]XX|DEFAULT")) {
                throw member.getValue().fault("a status is expected as the key: 200, 2XX or default");
            }
            responses.put(status.equals("DEFAULT") ? "default" : status, response(files.follow(member.getValue())));
        }
        return responses;
    }

    private Operation.Response response(DocumentNode response) {
        DocumentNode content = response.member("content");
        return new Operation.Response(
                parameters.headers(response.member("headers")),
                content.isThere() ? contents.read(content, SchemaDirection.RESPONSE) : null);
    }
}
