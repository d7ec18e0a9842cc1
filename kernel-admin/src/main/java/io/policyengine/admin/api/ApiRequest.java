package io.policyengine.admin.api;

import io.policyengine.kernel.change.LossGuard;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request for an operation of the management API.
 *
 * @param path the parameters of the path, decoded
 * @param ifMatch the field {@code If-Match}, or null
 * @param ifNoneMatch the field {@code If-None-Match}, or null
 * @param query the operation's query parameters, by name, decoded
 */
record ApiRequest(
        Map<String, String> path,
        @Nullable String ifMatch,
        @Nullable String ifNoneMatch,
        Map<String, String> query,
        Buffer body) {
    /** The query parameter that permits a change to remove any number of routes. */
    static final String ALLOW_LOSS = "allow_loss";

    /** The query parameter that permits a change to open any number of routes. */
    static final String ALLOW_OPEN = "allow_open";

    static final String REASON = "reason";

    private static final JsonMapper JSON = new JsonMapper();

    /** Returns a parameter of the path. Throws {@link ApiProblem} if its value is not plain text. */
    String parameter(String name) {
        String value = path.getOrDefault(name, "");
        PlainText.check(ApiProblem.Code.MALFORMED, "'" + name + "' in the path", value);
        return value;
    }

    /**
     * Returns the guard against accidental losses.
     *
     * @param unlessAllowed the guard that applies if the caller permits no losses
     */
    LossGuard guard(LossGuard unlessAllowed) {
        LossGuard guard = isAllowed(ALLOW_LOSS) ? unlessAllowed.allowingLoss() : unlessAllowed;
        return isAllowed(ALLOW_OPEN) ? guard.allowingOpen() : guard;
    }

    private boolean isAllowed(String name) {
        return "true".equals(query.get(name));
    }

    /** Parses the body; throws {@link ApiProblem} if it is not a JSON object. */
    ObjectNode json() {
        try {
            if (JSON.readTree(body.getBytes()) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException notJson) {
            throw new ApiProblem(ApiProblem.Code.INVALID_BODY, "the body is not JSON: " + place(notJson));
        }
        throw new ApiProblem(ApiProblem.Code.INVALID_BODY, "the body must be a JSON object");
    }

    /**
     * Returns the body after checking that its texts are plain, because they are used as names or shown to people.
     *
     * @throws ApiProblem if the body is not a JSON object, or one of its texts is not plain text
     */
    ObjectNode plainJson() {
        return PlainText.checked(json());
    }

    /** Throws {@link ApiProblem} unless the body is empty or contains only a reason. */
    void checkReason() {
        if (body.length() > 0) {
            ObjectNode given = plainJson();
            if (given.size() > 1 || (given.size() == 1 && !given.path(REASON).isString())) {
                throw new ApiProblem(ApiProblem.Code.INVALID_BODY, "the body may only contain the text 'reason'");
            }
        }
    }

    private static String place(JacksonException e) {
        return e.getLocation() == null
                ? "it cannot be read"
                : "line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
    }

    /**
     * Checks the preconditions of the request (RFC 9110 §13.1).
     *
     * @param etag the ETag of the current representation, or null if there is none
     * @throws ApiProblem if a precondition is false
     */
    void checkPreconditions(@Nullable String etag) {
        if (ifNoneMatch != null && etag != null && matches(ifNoneMatch, etag)) {
            throw new ApiProblem(ApiProblem.Code.PRECONDITION_FAILED, "it already exists, with the ETag " + etag);
        }
        if (ifMatch != null && (etag == null || !matches(ifMatch, etag))) {
            throw new ApiProblem(
                    ApiProblem.Code.PRECONDITION_FAILED,
                    etag == null ? "it does not exist" : "it has changed meanwhile: its ETag is " + etag);
        }
    }

    private static boolean matches(String field, String etag) {
        if (field.strip().equals("*")) {
            return true;
        }
        for (String one : field.split(",", -1)) {
            if (one.strip().equals(etag)) {
                return true;
            }
        }
        return false;
    }
}
