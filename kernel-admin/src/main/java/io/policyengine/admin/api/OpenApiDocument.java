package io.policyengine.admin.api;

import io.policyengine.core.params.RecordJson;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Builds the OpenAPI 3.1 document of the management API's operations. */
final class OpenApiDocument {
    private static final String JSON = "application/json";
    private static final String FILE = "application/octet-stream";

    private final ObjectNode document = JsonNodeFactory.instance.objectNode();
    private final ObjectNode schemas;

    private OpenApiDocument() {
        document.put("openapi", "3.1.0");
        document.putObject("info")
                .put("title", "Envoy Policy Engine: management API")
                .put("version", "1")
                .put(
                        "description",
                        "Served on the kernel's admin port and on the Unix domain socket "
                                + "`admin_socket_path`, whose file permissions control access. Elsewhere, "
                                + "operations that change something need a token with the role in `x-role`; "
                                + "reading needs no token on loopback addresses while no token is configured. "
                                + "A request with forwarding fields always needs a token.");
        document.putObject("paths");
        ObjectNode components = document.putObject("components");
        schemas = components.putObject("schemas");
        components
                .putObject("securitySchemes")
                .putObject("token")
                .put("type", "http")
                .put("scheme", "bearer")
                .put("description", "One of `policy_kernel.observability.admin_tokens`, or `admin_token`.");
        schema(ApiProblem.Details.class, "Problem");
    }

    static ObjectNode of(List<ApiOperation> endpoints) {
        OpenApiDocument document = new OpenApiDocument();
        endpoints.forEach(document::add);
        return document.document;
    }

    private void add(ApiOperation endpoint) {
        ObjectNode path = document.withObject("paths").withObjectProperty(endpoint.path());
        ObjectNode operation = path.putObject(endpoint.method().name().toLowerCase(Locale.ROOT));
        operation.put("operationId", endpoint.id()).put("summary", endpoint.summary());
        ArrayNode security = operation.putArray("security");
        security.addObject().putArray("token");
        if (!endpoint.isChange()) {
            security.addObject();
        }
        operation.put("x-role", endpoint.role().name().toLowerCase(Locale.ROOT));
        PathParameter.namesIn(endpoint.path())
                .forEach(name -> operation.withArray("parameters").add(PathParameter.described(name)));
        endpoint.query().forEach(parameter -> operation.withArray("parameters").add(parameter.described()));
        JsonNode takes = endpoint.takes();
        if (takes != null) {
            ObjectNode body = operation.putObject("requestBody").put("required", endpoint.needsBody());
            body.putObject("content").putObject(JSON).set("schema", takes);
        }
        answers(endpoint, operation.putObject("responses"));
    }

    private void answers(ApiOperation endpoint, ObjectNode responses) {
        ObjectNode content =
                responses.putObject("200").put("description", "Done.").putObject("content");
        Class<? extends Record> gives = endpoint.gives();
        ObjectNode schema =
                content.putObject(endpoint.givesFile() ? FILE : JSON).putObject("schema");
        if (endpoint.givesFile()) {
            schema.put("type", "string").put("format", "binary");
        } else if (gives == null) {
            schema.put("type", "object");
        } else {
            schema.put("$ref", "#/components/schemas/" + schema(gives, name(gives)));
        }
        endpoint.refusals().stream()
                .map(code -> code.status)
                .distinct()
                .sorted()
                .forEach(status -> problem(responses, String.valueOf(status), endpoint));
        problem(responses, "default", endpoint);
    }

    private static void problem(ObjectNode responses, String status, ApiOperation endpoint) {
        List<String> codes = endpoint.refusals().stream()
                .filter(code -> String.valueOf(code.status).equals(status))
                .map(code -> "`" + code.name().toLowerCase(Locale.ROOT) + "`: " + code.title)
                .toList();
        responses
                .putObject(status)
                .put("description", codes.isEmpty() ? "Refused." : String.join("; ", codes))
                .putObject("content")
                .putObject(ApiProblem.MEDIA_TYPE)
                .putObject("schema")
                .put("$ref", "#/components/schemas/Problem");
    }

    private String schema(Class<? extends Record> type, String name) {
        if (!schemas.has(name)) {
            ObjectNode schema = (ObjectNode) RecordJson.schema(type);
            schema.remove("$schema");
            schema.put("title", name);
            schemas.set(name, schema);
        }
        return name;
    }

    /** Returns the name of a schema, such as {@code RouteAll} for {@code RouteView.All}. */
    private static String name(Class<?> type) {
        Class<?> outer = type.getEnclosingClass();
        String own = type.getSimpleName().replace("View", "");
        return outer == null ? own : outer.getSimpleName().replace("View", "") + own;
    }
}
