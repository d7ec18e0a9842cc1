package io.policyengine.policies.access.extauthz.protocol;

import io.policyengine.core.http.Octets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The header fields that are sent to authorization services, as text. Repeated fields are joined. Envoy's pseudo
 * headers are included; {@code :path} is the raw path.
 */
final class ShownHeaders {
    private ShownHeaders() {}

    static Map<String, String> of(AuthorizationQuestion question) {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put(":method", question.request().method());
        shown.put(":scheme", question.request().scheme());
        shown.put(":authority", Octets.toText(question.request().authority()));
        shown.put(":path", Octets.toText(question.request().rawPath()));
        question.headers()
                .forEach((name, value) ->
                        shown.merge(name, Octets.toText(value), (before, more) -> before + "," + more));
        if (question.body().length() > 0) {
            shown.put("x-envoy-auth-partial-body", Boolean.toString(question.isPartial()));
        }
        return shown;
    }
}
