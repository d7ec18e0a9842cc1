package io.policyengine.policies.authentication.shared.jwt;

import io.policyengine.policies.authentication.shared.credential.TokenRefusal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The rules for the claims of every token, independent of the issuer.
 *
 * @param claims required claims
 * @param allScopes scopes that are all required
 * @param anyScope scopes, at least one of which is required; empty for no requirement
 * @param scopes paths of the claims that hold scopes
 */
public record ClaimRules(
        List<RequiredClaim> claims, List<String> allScopes, List<String> anyScope, List<ClaimPath> scopes) {

    public ClaimRules {
        claims = List.copyOf(claims);
        allScopes = List.copyOf(allScopes);
        anyScope = List.copyOf(anyScope);
        scopes = List.copyOf(scopes);
    }

    /**
     * Returns the scopes to name in challenges: the scopes that are all required or, if there are none, the alternative
     * scopes.
     */
    public List<String> wanted() {
        return allScopes.isEmpty() ? anyScope : allScopes;
    }

    /** Returns the scopes of a token, from the first claim that holds scopes. */
    public List<String> scopesOf(JsonNode json) {
        for (ClaimPath path : scopes) {
            List<String> found = path.textsIn(json);
            if (found != null) {
                return found.size() == 1 ? blankSeparated(found.getFirst()) : found;
            }
        }
        return List.of();
    }

    /** Splits a scope string (RFC 6749 §3.3). */
    private static List<String> blankSeparated(String text) {
        return List.of(text.split(" ", -1)).stream()
                .filter(scope -> !scope.isEmpty())
                .toList();
    }

    /** Returns the reason to refuse a verified token because of its claims, or null. */
    public @Nullable TokenRefusal judge(JsonNode json, List<String> scopesOfToken) {
        if (!claims.stream().allMatch(claim -> claim.holdsIn(json))) {
            return TokenRefusal.CLAIM;
        }
        boolean isEnough = scopesOfToken.containsAll(allScopes)
                && (anyScope.isEmpty() || anyScope.stream().anyMatch(scopesOfToken::contains));
        return isEnough ? null : TokenRefusal.SCOPE;
    }
}
