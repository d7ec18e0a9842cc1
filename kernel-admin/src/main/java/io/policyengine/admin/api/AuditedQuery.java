package io.policyengine.admin.api;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Selects the part of a query that the audit log shows. */
final class AuditedQuery {
    private AuditedQuery() {}

    /**
     * Returns the query for the audit log. It contains only known parameters, because unknown ones may contain a token.
     */
    static @Nullable String of(HttpServerRequest request) {
        String written = request.query();
        if (written == null || written.isEmpty()) {
            return null;
        }
        Map<String, List<String>> parameters = new QueryStringDecoder(written, false).parameters();
        List<String> told = new ArrayList<>();
        int others = parameters.size();
        for (String name : List.of(ApiRequest.ALLOW_LOSS, ApiRequest.ALLOW_OPEN)) {
            List<String> values = parameters.get(name);
            if (values != null) {
                others--;
                told.add(name + "="
                        + (List.of("true", "false").contains(values.getFirst())
                                ? values.getFirst()
                                : "(neither true nor false)"));
            }
        }
        if (others > 0) {
            told.add("(" + others + " unknown)");
        }
        return String.join("&", told);
    }
}
