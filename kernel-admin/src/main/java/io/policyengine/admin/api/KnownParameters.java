package io.policyengine.admin.api;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.policyengine.core.params.NearestKey;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks the names of the query parameters of a request that only reads. */
final class KnownParameters {
    /** Maximum characters that a refusal shows of the name of an unknown query parameter. */
    private static final int MAX_SHOWN = 64;

    private KnownParameters() {}

    /**
     * Checks that each parameter is known to the operation and given once.
     *
     * @param query the query as received, or null
     * @throws ApiProblem if a parameter is unknown or repeated
     */
    static void check(ApiOperation operation, @Nullable String query) {
        if (query == null || query.isEmpty()) {
            return;
        }
        List<String> known =
                operation.query().stream().map(QueryParameter::name).toList();
        for (Map.Entry<String, List<String>> parameter :
                new QueryStringDecoder(query, false).parameters().entrySet()) {
            String name = parameter.getKey();
            if (!known.contains(name)) {
                throw unknown(name.substring(0, Math.min(MAX_SHOWN, name.length())), known);
            }
            if (parameter.getValue().size() > 1) {
                throw refused("'" + name + "' may only be given once, not "
                        + parameter.getValue().size() + " times");
            }
        }
    }

    private static ApiProblem unknown(String name, List<String> known) {
        PlainText.check(ApiProblem.Code.INVALID_QUERY, "the name of a query parameter", name);
        String suggestion = NearestKey.suggestion(name, known);
        return refused("unknown query parameter '" + name + "'" + (suggestion.isEmpty() ? "." : suggestion)
                + (known.isEmpty()
                        ? " This operation has no query parameters."
                        : " Known query parameters: " + String.join(", ", known)));
    }

    private static ApiProblem refused(String detail) {
        return new ApiProblem(ApiProblem.Code.INVALID_QUERY, detail);
    }
}
