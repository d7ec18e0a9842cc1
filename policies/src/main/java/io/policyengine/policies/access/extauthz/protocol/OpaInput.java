package io.policyengine.policies.access.extauthz.protocol;

import io.policyengine.core.http.Octets;
import io.policyengine.core.http.QueryString;
import io.policyengine.core.http.RequestView;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Creates the input document for OPA: in the form of OPA's Envoy plugin, with the identity added. */
final class OpaInput {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String IDENTITY = "identity.";

    private OpaInput() {}

    static ObjectNode of(AuthorizationQuestion question) {
        RequestView request = question.request();
        ObjectNode http = JSON.objectNode()
                .put("id", question.requestId())
                .put("method", request.method())
                .put("scheme", request.scheme())
                .put("host", Octets.toText(request.authority()))
                .put("path", Octets.toText(request.path()));
        ObjectNode headers = http.putObject("headers");
        ShownHeaders.of(question).forEach(headers::put);
        if (question.body().length() > 0) {
            http.put("body", question.body().toString());
        }
        ObjectNode input = JSON.objectNode();
        ObjectNode attributes = input.putObject("attributes");
        attributes.putObject("request").set("http", http);
        attributes
                .putObject("source")
                .putObject("address")
                .putObject("socketAddress")
                .put("address", request.clientAddress());
        input.set("parsed_path", path(request.path()));
        input.set("parsed_query", query(request.path()));
        input.put("truncated_body", question.isPartial());
        input.set("identity", identity(question));
        return JSON.objectNode().set("input", input);
    }

    private static ArrayNode path(String target) {
        ArrayNode segments = JSON.arrayNode();
        String path = QueryString.pathOf(target);
        for (String segment : path.substring(path.startsWith("/") ? 1 : 0).split("/", -1)) {
            segments.add(Octets.toText(segment));
        }
        return segments;
    }

    private static ObjectNode query(String target) {
        ObjectNode query = JSON.objectNode();
        for (QueryString.Parameter parameter : QueryString.parameters(target)) {
            String name = Octets.toText(parameter.name());
            ArrayNode values = query.get(name) instanceof ArrayNode known ? known : query.putArray(name);
            values.add(Octets.toText(parameter.value()));
        }
        return query;
    }

    private static ObjectNode identity(AuthorizationQuestion question) {
        ObjectNode identity = JSON.objectNode();
        for (Map.Entry<String, JsonNode> value : question.metadata().values().entrySet()) {
            if (AuthorizationQuestion.IDENTITY.contains(value.getKey())) {
                identity.set(value.getKey().substring(IDENTITY.length()), value.getValue());
            }
        }
        return identity;
    }
}
