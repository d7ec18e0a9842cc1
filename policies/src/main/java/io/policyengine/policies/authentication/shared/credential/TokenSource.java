package io.policyengine.policies.authentication.shared.credential;

import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.http.QueryString;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RemoveQueryParam;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.policy.Identity;
import io.policyengine.policies.shared.cookie.Cookies;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a request that may hold a token. */
sealed interface TokenSource {
    /**
     * A header field that may hold a token, after an authentication scheme if one is configured. The name is in lower
     * case.
     */
    record Header(String name, @Nullable String scheme) implements TokenSource {}

    record Query(String name) implements TokenSource {}

    record Cookie(String name) implements TokenSource {}

    /**
     * Returns the configured source.
     *
     * @throws IllegalArgumentException if the parameters name no valid source, or several; the message names the remedy
     */
    static TokenSource of(TokenSourceParams params) {
        int places = (params.header() == null ? 0 : 1)
                + (params.query() == null ? 0 : 1)
                + (params.cookie() == null ? 0 : 1);
        if (places != 1) {
            throw new IllegalArgumentException("a source must have exactly one of header, query and cookie");
        }
        if (params.header() != null) {
            return header(params.header(), params.scheme());
        }
        if (params.scheme() != null) {
            throw new IllegalArgumentException("a scheme is permitted only for a token in a header");
        }
        if (params.query() != null) {
            if (params.query().isEmpty()) {
                throw new IllegalArgumentException("a query parameter must have a name");
            }
            return new Query(params.query());
        }
        String cookie = params.cookie();
        if (cookie == null || !FieldRules.isToken(cookie)) {
            throw new IllegalArgumentException("the name of a cookie must be a token of RFC 9110");
        }
        return new Cookie(cookie);
    }

    private static Header header(String name, @Nullable String scheme) {
        RequestInstruction removal = new RemoveHeader(name);
        String illegal = Instructions.check(removal);
        String lower = HeaderMap.lowerCase(name);
        if (illegal != null) {
            throw new IllegalArgumentException(illegal);
        }
        if (lower.equals("cookie")) {
            throw new IllegalArgumentException("for tokens in cookies, give cookie instead");
        }
        if (scheme != null && !FieldRules.isToken(scheme)) {
            throw new IllegalArgumentException("a scheme is a token of RFC 9110, such as Bearer");
        }
        return new Header(lower, scheme);
    }

    default TokenCredential find(RequestView request) {
        return switch (this) {
            case Header(String name, String scheme) -> {
                List<String> values = request.headers().getAll(name);
                yield values.size() == 1 && scheme != null ? afterScheme(values.getFirst(), scheme) : only(values);
            }
            case Query(String name) ->
                only(QueryString.getAll(request.path(), name).stream()
                        .map(Octets::fromText)
                        .toList());
            case Cookie(String name) -> only(Cookies.values(request.headers(), name));
        };
    }

    private TokenCredential only(List<String> values) {
        return switch (values.size()) {
            case 0 -> new TokenCredential.None();
            case 1 ->
                values.getFirst().isEmpty()
                        ? new TokenCredential.Malformed()
                        : new TokenCredential.One(values.getFirst(), this);
            default -> new TokenCredential.Several();
        };
    }

    /**
     * Parses a case-insensitive scheme, blanks, and the token (RFC 9110 §11.4). A value with another scheme holds no
     * token. If a separator other than a blank follows the scheme, such as a tab, the token is malformed, though an
     * upstream may accept it.
     */
    private TokenCredential afterScheme(String value, String scheme) {
        int end = scheme.length();
        if (!value.regionMatches(true, 0, scheme, 0, end)) {
            return new TokenCredential.None();
        }
        if (value.length() > end && value.charAt(end) != ' ') {
            boolean isAnotherScheme = FieldRules.isToken(value.substring(end, end + 1));
            return isAnotherScheme ? new TokenCredential.None() : new TokenCredential.Malformed();
        }
        int start = end;
        while (start < value.length() && value.charAt(start) == ' ') {
            start++;
        }
        String token = value.substring(start);
        return Token68.matches(token) ? new TokenCredential.One(token, this) : new TokenCredential.Malformed();
    }

    /** Returns the name of the source in the notation of {@link Identity#PROOF}. */
    default String proof() {
        return switch (this) {
            case Header(String name, String _) -> name;
            case Query(String name) -> Identity.queryProof(name);
            case Cookie(String name) -> Identity.cookieProof(name);
        };
    }

    default List<RequestInstruction> removal(RequestView request) {
        return switch (this) {
            case Header(String name, String _) -> List.of(new RemoveHeader(name));
            case Query(String name) -> List.of(new RemoveQueryParam(name));
            case Cookie(String name) -> Cookies.remove(request.headers(), name);
        };
    }
}
