package io.policyengine.policies.ai.shared.jsonrpc;

import io.policyengine.policies.content.shared.textmatch.AsSeen;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** A message of JSON-RPC 2.0. */
public sealed interface JsonRpcMessage {
    /** The only supported version of JSON-RPC. */
    String VERSION = "2.0";

    /** A call that expects a response. */
    record Request(JsonNode id, String method, JsonNode params) implements JsonRpcMessage, Call {}

    /** A call that gets no response, not even an error. */
    record Notification(String method, JsonNode params) implements JsonRpcMessage, Call {}

    /** The successful response to a request. */
    record Result(JsonNode id, JsonNode result) implements JsonRpcMessage {}

    /** The failed response to a request. Its id is null or missing if the server could not read the request. */
    record Failure(JsonNode id, JsonNode error) implements JsonRpcMessage {}

    /** A message that calls a method. */
    sealed interface Call permits Request, Notification {
        String method();

        /** Returns the parameters: an object or an array, or a missing node if the call has none. */
        JsonNode params();
    }

    /**
     * Parses a message. A message is invalid if it has additional members or is of several kinds at once, since readers
     * interpret it differently.
     *
     * @throws JsonRpcFault if the message is invalid
     */
    static JsonRpcMessage of(JsonNode node) throws JsonRpcFault {
        require(node.isObject(), "a message is an object");
        for (String name : node.propertyNames()) {
            require(Members.ALL.contains(name), "a message may have only the members of JSON-RPC 2.0");
        }
        JsonNode version = node.path("jsonrpc");
        require(version.isString() && version.stringValue().equals(VERSION), "jsonrpc must be 2.0");
        boolean isCall = node.has("method");
        boolean isResult = node.has("result");
        boolean isFailure = node.has("error");
        require(
                (isCall ? 1 : 0) + (isResult ? 1 : 0) + (isFailure ? 1 : 0) == 1,
                "a message has exactly one of method, result and error");
        require(isCall || !node.has("params"), "an answer has no params");
        return isCall ? call(node) : answer(node, isResult);
    }

    private static JsonRpcMessage call(JsonNode node) throws JsonRpcFault {
        JsonNode method = node.path("method");
        require(method.isString(), "method must be a string");
        JsonNode params = node.path("params");
        require(params.isMissingNode() || params.isContainer(), "params must be an object or an array");
        if (!node.has("id")) {
            return new Notification(method.stringValue(), params);
        }
        JsonNode id = node.path("id");
        require(id.isString() || id.isNumber(), "id must be a string or a number");
        return new Request(id, method.stringValue(), params);
    }

    private static JsonRpcMessage answer(JsonNode node, boolean isResult) throws JsonRpcFault {
        JsonNode id = node.path("id");
        if (isResult) {
            require(id.isString() || id.isNumber(), "id must be a string or a number");
            return new Result(id, node.path("result"));
        }
        // Some servers omit the id if they could not read the request.
        require(
                id.isString() || id.isNumber() || id.isNull() || id instanceof MissingNode,
                "id must be a string or a number");
        JsonNode error = node.path("error");
        require(error.isObject(), "error must be an object");
        return new Failure(id, error);
    }

    private static void require(boolean holds, String why) throws JsonRpcFault {
        if (!holds) {
            throw new JsonRpcFault(JsonRpcError.INVALID_REQUEST, why);
        }
    }

    /**
     * Returns whether a member of the object looks like one of these names but differs from it. Readers that ignore
     * case read {@code Method} as {@code method}; if both occur, they use the last one.
     */
    static boolean hasDisguised(JsonNode object, String... names) {
        for (String name : object.propertyNames()) {
            if (AsSeen.isDisguised(name, names)) {
                return true;
            }
        }
        return false;
    }

    /** The member names of JSON-RPC 2.0. */
    final class Members {
        static final Set<String> ALL = Set.of("jsonrpc", "id", "method", "params", "result", "error");

        private Members() {}
    }
}
