package io.policyengine.policies.jwtvalidation;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.credential.Challenge;
import io.policyengine.policies.credential.TokenSources;
import io.policyengine.policies.jwt.Announcement;
import io.policyengine.policies.jwt.ClaimFields;
import io.policyengine.policies.jwt.RequiredClaim;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

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
            Announcement announcement = new Announcement(
                    "jwt",
                    List.of(ClaimFields.path(params.idClaim(), "/id_claim", problems)),
                    ClaimFields.paths(params.rolesClaim(), "/roles_claim", problems),
                    ClaimFields.of(params.claimsToHeaders(), sources.headers(), problems));
            ClaimRules rules = rules();
            StringOrList wanted = params.requiredScopes() != null ? params.requiredScopes() : params.anyScope();
            Challenge challenge = Challenge.of(
                    sources,
                    params.realm(),
                    wanted == null ? List.of() : wanted.values(),
                    params.resourceMetadata(),
                    problems);
            return new JwtPlan(sources, rules, announcement, challenge);
        }

        private ClaimRules rules() {
            Set<String> types = params.tokenTypes().values().stream()
                    .map(ClaimRules::comparable)
                    .collect(Collectors.toSet());
            return new ClaimRules(
                    types,
                    RequiredClaim.of(params.requiredClaims(), problems),
                    Challenge.scopes(params.requiredScopes(), "/required_scopes", problems),
                    Challenge.scopes(params.anyScope(), "/any_scope", problems),
                    ClaimFields.paths(params.scopesClaim(), "/scopes_claim", problems));
        }
    }
}
