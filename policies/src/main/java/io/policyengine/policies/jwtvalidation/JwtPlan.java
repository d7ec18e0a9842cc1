package io.policyengine.policies.jwtvalidation;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.credential.Challenge;
import io.policyengine.policies.credential.TokenSources;
import io.policyengine.policies.jwt.Announcement;
import io.policyengine.policies.jwt.ClaimFields;
import io.policyengine.policies.jwt.ClaimPath;
import io.policyengine.policies.jwt.RequiredClaim;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All parameters but the issuers, checked and compiled. */
record JwtPlan(TokenSources sources, ClaimRules rules, Announcement announcement, Challenge challenge) {

    /** Compiles parameters; notes what is wrong with them. */
    static JwtPlan of(JwtValidationParams params, List<ParamProblem> problems) {
        return new Compiler(params, problems).compile();
    }

    private static final class Compiler {
        private final JwtValidationParams params;
        private final List<ParamProblem> problems;

        Compiler(JwtValidationParams params, List<ParamProblem> problems) {
            this.params = params;
            this.problems = problems;
        }

        JwtPlan compile() {
            TokenSources sources = TokenSources.of(params.tokenSources(), "/token_sources", problems);
            if (params.tokenSources().isEmpty()) {
                problem("/token_sources", "name a place that may hold the token");
            }
            Announcement announcement = new Announcement(
                    "jwt",
                    List.of(path(params.idClaim(), "/id_claim")),
                    paths(params.rolesClaim(), "/roles_claim"),
                    ClaimFields.of(params.claimsToHeaders(), sources.headers(), problems));
            return new JwtPlan(sources, rules(), announcement, challenge(sources));
        }

        private ClaimRules rules() {
            Set<String> types = params.tokenTypes().values().stream()
                    .map(ClaimRules::comparable)
                    .collect(Collectors.toSet());
            return new ClaimRules(
                    types,
                    RequiredClaim.of(params.requiredClaims(), problems),
                    scopes(params.requiredScopes(), "/required_scopes"),
                    scopes(params.anyScope(), "/any_scope"),
                    paths(params.scopesClaim(), "/scopes_claim"));
        }

        /** RFC 6749 §3.3: no blanks, quotes or backslashes. */
        private List<String> scopes(@Nullable StringOrList scopes, String pointer) {
            if (scopes == null) {
                return List.of();
            }
            for (String scope : scopes.values()) {
                if (scope.isEmpty() || scope.indexOf(' ') >= 0 || !Challenge.isQuotable(scope)) {
                    problem(pointer, "a scope is printable ASCII without blanks, quotes and backslashes");
                }
            }
            return scopes.values();
        }

        private Challenge challenge(TokenSources sources) {
            quotable(params.realm(), "/realm");
            quotable(params.resourceMetadata(), "/resource_metadata");
            StringOrList wanted = params.requiredScopes() != null ? params.requiredScopes() : params.anyScope();
            return new Challenge(
                    sources.scheme(),
                    params.realm(),
                    wanted == null ? null : String.join(" ", wanted.values()),
                    params.resourceMetadata());
        }

        private void quotable(@Nullable String text, String pointer) {
            if (text != null && !Challenge.isQuotable(text)) {
                problem(pointer, "printable ASCII without quotes and backslashes is expected");
            }
        }

        private List<ClaimPath> paths(StringOrList names, String pointer) {
            return names.values().stream().map(name -> path(name, pointer)).toList();
        }

        private ClaimPath path(String name, String pointer) {
            return ClaimFields.path(name, pointer, problems);
        }

        private void problem(String pointer, String message) {
            problems.add(new ParamProblem(pointer, message));
        }
    }
}
