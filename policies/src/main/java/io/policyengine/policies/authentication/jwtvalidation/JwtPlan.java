package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.policies.authentication.shared.credential.Challenge;
import io.policyengine.policies.authentication.shared.credential.TokenSources;
import io.policyengine.policies.authentication.shared.jwt.ClaimFields;
import io.policyengine.policies.authentication.shared.jwt.ClaimRules;
import io.policyengine.policies.authentication.shared.jwt.RequiredClaim;
import java.util.List;

/** The compiled parameters of {@code jwtValidation}, except the issuers. */
record JwtPlan(TokenSources sources, TokenTypes types, ClaimRules rules, Challenge challenge) {

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
            TokenSources sources = params.token().sources(problems);
            ClaimRules rules = rules();
            Challenge challenge = params.token().challenge(sources, rules.wanted(), problems);
            TokenTypes types = TokenTypes.of(params.tokenTypes().values());
            return new JwtPlan(sources, types, rules, challenge);
        }

        private ClaimRules rules() {
            return new ClaimRules(
                    RequiredClaim.of(params.requiredClaims(), problems),
                    Challenge.scopes(params.token().requiredScopes(), "/required_scopes", problems),
                    Challenge.scopes(params.token().anyScope(), "/any_scope", problems),
                    ClaimFields.paths(params.scopesClaim(), "/scopes_claim", problems));
        }
    }
}
