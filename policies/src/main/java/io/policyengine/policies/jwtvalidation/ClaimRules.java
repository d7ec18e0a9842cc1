package io.policyengine.policies.jwtvalidation;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.policies.jwt.ClaimPath;
import io.policyengine.policies.jwt.JwsHeader;
import io.policyengine.policies.jwt.RequiredClaim;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The rules for every token, whoever issued it.
 *
 * @param types accepted types, in lower case
 * @param claims that must have a value
 * @param allScopes scopes that it must have
 * @param anyScope scopes of which it must have one; none: no matter
 * @param scopes places of the scopes
 */
record ClaimRules(
        Set<String> types,
        List<RequiredClaim> claims,
        List<String> allScopes,
        List<String> anyScope,
        List<ClaimPath> scopes) {

    private static final String PREFIX = "application/";
    private static final String DEFAULT_TYPE = "jwt";

    /** A type as it is compared: in lower case, without {@code application/} (RFC 7515 §4.1.9). */
    static String comparable(String type) {
        String lower = HeaderMap.lowerCase(type);
        return lower.startsWith(PREFIX) ? lower.substring(PREFIX.length()) : lower;
    }

    /** True if the token is of a type that is accepted. */
    boolean accept(JwsHeader header) {
        return types.contains(header.type() == null ? DEFAULT_TYPE : comparable(header.type()));
    }

    /** The scopes of a token: of the first claim that has any. */
    List<String> scopesOf(JsonNode claims) {
        for (ClaimPath path : scopes) {
            List<String> found = path.textsIn(claims);
            if (found != null) {
                return found.size() == 1 ? blankSeparated(found.getFirst()) : found;
            }
        }
        return List.of();
    }

    /** RFC 6749 §3.3. */
    private static List<String> blankSeparated(String text) {
        return List.of(text.split(" ", -1)).stream()
                .filter(scope -> !scope.isEmpty())
                .toList();
    }

    /** The fault of a verified token's claims, or null. */
    @Nullable
    Refusal judge(JsonNode json, List<String> scopesOfToken) {
        for (RequiredClaim claim : claims) {
            if (!claim.holdsIn(json)) {
                return Refusal.CLAIM;
            }
        }
        boolean enough = scopesOfToken.containsAll(allScopes)
                && (anyScope.isEmpty() || anyScope.stream().anyMatch(scopesOfToken::contains));
        return enough ? null : Refusal.SCOPE;
    }
}
