package io.policyengine.policies.authentication.apikeyauth;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.http.QueryString;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.Identity;
import io.policyengine.policies.shared.cookie.Cookies;
import java.util.List;

sealed interface ApiKeyCredential {
    record None() implements ApiKeyCredential {}

    /** A request with an empty key, or with more than one key. */
    record Malformed() implements ApiKeyCredential {}

    /**
     * A request with one key.
     *
     * @param octets the key as octets
     * @param proof the request field that held the key, in the notation of {@link Identity#PROOF}
     */
    record One(String octets, String proof) implements ApiKeyCredential {}

    /** Returns the key from the first place that has one: the header, the query parameter, or the cookie. */
    static ApiKeyCredential of(RequestView request, ApiKeyAuthParams params) {
        HeaderMap headers = request.headers();
        List<String> found = headers.getAll(params.headerName());
        String proof = HeaderMap.lowerCase(params.headerName());
        if (found.isEmpty() && params.queryParam() != null) {
            found = QueryString.getAll(request.path(), params.queryParam()).stream()
                    .map(Octets::fromText)
                    .toList();
            proof = Identity.queryProof(params.queryParam());
        }
        if (found.isEmpty() && params.cookieName() != null) {
            found = Cookies.values(headers, params.cookieName());
            proof = Identity.cookieProof(params.cookieName());
        }
        return switch (found.size()) {
            case 0 -> new None();
            case 1 -> found.getFirst().isEmpty() ? new Malformed() : new One(found.getFirst(), proof);
            default -> new Malformed();
        };
    }
}
