package io.policyengine.admin.api;

import io.policyengine.core.config.ObservabilityConfig.AdminRole;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An operation of the management API: its handler and its description in the OpenAPI document.
 *
 * @param operation the method, path, operationId and summary
 * @param takes JSON Schema of the request body, or null if the body is ignored
 * @param gives the record of the response; null for any JSON object
 * @param refusals codes with which the operation may refuse a request, in addition to those of every operation
 * @param query the query parameters
 * @param role the role that a caller needs
 * @param handler called on the kernel's event loop; may throw or fail with {@link ApiProblem}
 */
record ApiOperation(
        Operation operation,
        @Nullable JsonNode takes,
        @Nullable Class<? extends Record> gives,
        List<ApiProblem.Code> refusals,
        List<QueryParameter> query,
        AdminRole role,
        Handler handler) {
    /**
     * The method, path, operationId and summary of an operation.
     *
     * @param path with parameters in braces
     * @param id operationId in the document
     * @param summary one sentence
     * @param needsBody whether a request without a body is invalid, if the operation takes one
     */
    record Operation(HttpMethod method, String path, String id, String summary, boolean needsBody) {
        Operation(HttpMethod method, String path, String id, String summary) {
            this(method, path, id, summary, true);
        }
    }

    HttpMethod method() {
        return operation.method();
    }

    String path() {
        return operation.path();
    }

    String id() {
        return operation.id();
    }

    String summary() {
        return operation.summary();
    }

    /** The schema of an optional body with the reason for a change, which is written to the audit log. */
    static final ObjectNode REASON = reason();

    private static ObjectNode reason() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        schema.putObject("properties")
                .putObject(ApiRequest.REASON)
                .put("type", "string")
                .put("pattern", PlainText.PATTERN)
                .put("description", "The reason for the change, for the audit log.");
        return schema.put("additionalProperties", false);
    }

    ApiOperation(
            Operation operation,
            @Nullable JsonNode takes,
            @Nullable Class<? extends Record> gives,
            List<ApiProblem.Code> refusals,
            AdminRole role,
            Handler handler) {
        this(operation, takes, gives, refusals, List.of(), role, handler);
    }

    /**
     * Returns a copy that accepts the query parameters {@value ApiRequest#ALLOW_LOSS} and {@value
     * ApiRequest#ALLOW_OPEN}.
     */
    ApiOperation losing() {
        return asking(
                QueryParameter.flag(
                        ApiRequest.ALLOW_LOSS,
                        "`true`: any number of routes may be lost, regardless of `max_lost_routes`."),
                QueryParameter.flag(
                        ApiRequest.ALLOW_OPEN,
                        "`true`: any number of routes may be opened, regardless of `max_opened_routes`."));
    }

    /** Returns a copy that accepts query parameters. */
    ApiOperation asking(QueryParameter... parameters) {
        return asking(List.of(parameters));
    }

    /** Returns a copy that accepts query parameters. */
    ApiOperation asking(List<QueryParameter> parameters) {
        ApiOperation refusing = refusing(ApiProblem.Code.INVALID_QUERY);
        return new ApiOperation(operation, takes, gives, refusing.refusals, List.copyOf(parameters), role, handler);
    }

    /** Checks the query of a request; throws {@link ApiProblem} if the value of a parameter is refused. */
    void checkQuery(ApiRequest request) {
        query.forEach(parameter -> parameter.check(request.query().get(parameter.name())));
    }

    /** Returns a copy that may refuse a request because other requests are being processed. */
    ApiOperation busy() {
        return refusing(ApiProblem.Code.BUSY);
    }

    /** Returns a copy that may also refuse a request with the given code. */
    ApiOperation refusing(ApiProblem.Code code) {
        List<ApiProblem.Code> more = new ArrayList<>(refusals);
        more.add(code);
        return new ApiOperation(operation, takes, gives, more, query, role, handler);
    }

    @FunctionalInterface
    interface Handler {
        Future<ApiAnswer> handle(ApiRequest request);
    }

    static ApiOperation get(
            String path, String id, String summary, @Nullable Class<? extends Record> gives, Handler handler) {
        List<ApiProblem.Code> refusals = path.contains("{") ? List.of(ApiProblem.Code.NOT_FOUND) : List.of();
        Operation operation = new Operation(HttpMethod.GET, path, id, summary);
        return new ApiOperation(operation, null, gives, refusals, AdminRole.READ, handler);
    }

    /**
     * Returns whether the operation may change state or cause work. Callers with only the read role may not use such an
     * operation.
     */
    boolean isChange() {
        return role != AdminRole.READ;
    }

    /** Returns whether the response is a file, not JSON. */
    boolean givesFile() {
        return path().endsWith("/file");
    }

    boolean needsBody() {
        return takes != null && !takes.equals(REASON) && operation.needsBody;
    }

    /** Returns the maximum bytes of the body; 0 if the body is ignored. */
    int longestBody() {
        return takes == null ? 0 : role == AdminRole.WRITE ? ApiBodies.MAX_OF_ONE : ApiBodies.MAX_OF_OPERATORS;
    }

    /** Returns the operation's path as a regular expression with named groups. */
    String pattern() {
        StringBuilder pattern = new StringBuilder();
        int at = 0;
        for (int open = path().indexOf('{'); open >= 0; open = path().indexOf('{', at)) {
            int close = path().indexOf('}', open);
            pattern.append(quoted(path().substring(at, open)))
                    .append("(?<")
                    .append(path(), open + 1, close)
                    .append(">[^/]+?)");
            at = close + 1;
        }
        return pattern.append(quoted(path().substring(at))).toString();
    }

    private static String quoted(String literal) {
        return literal.replace("/", "\\/").replace(".", "\\.");
    }
}
