package io.policyengine.policies.access.rolecheck;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.NormalPath;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.StringOrList;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.policies.authentication.shared.jwt.ClaimPath;
import io.policyengine.policies.shared.template.TargetEncoding;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The compiled parameters of {@code roleCheck}.
 *
 * @param rules in order; {@code required_roles}, if set, is the last rule and applies to every request that reaches it
 * @param claims paths of the claims that may hold the roles; empty to use the roles of the identity
 */
record RolePlan(List<RoleRule> rules, List<ClaimPath> claims) {
    /** Compiles the parameters; reports all their problems at once. */
    static RolePlan of(RoleCheckParams params) {
        List<ParamProblem> problems = new ArrayList<>();
        List<RoleRule> rules = new ArrayList<>();
        for (int i = 0; i < params.rules().size(); i++) {
            rules.add(rule(params.rules().get(i), "/rules/" + i, problems));
        }
        if (params.requiredRoles() != null) {
            rules.add(new RoleRule(
                    Set.of(), new RoleRule.AnyPath(), params.requiredRoles().values()));
        }
        if (rules.isEmpty()) {
            problems.add(new ParamProblem("", "the policy requires nothing: give required_roles or rules"));
        }
        if (!FieldRules.isFieldValue(params.challenge()) || params.challenge().isBlank()) {
            problems.add(new ParamProblem(
                    "/challenge", "a challenge must be a scheme, optionally with parameters, " + "such as Bearer"));
        }
        List<ClaimPath> claims = claims(params.rolesClaim(), problems);
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        return new RolePlan(List.copyOf(rules), claims);
    }

    private static RoleRule rule(RoleCheckParams.Rule rule, String pointer, List<ParamProblem> problems) {
        Set<String> methods = new HashSet<>(texts(rule.methods()));
        for (String method : methods) {
            if (!FieldRules.isToken(method) || method.chars().anyMatch(c -> c >= 'a' && c <= 'z')) {
                problems.add(
                        new ParamProblem(pointer + "/methods", "a method must be a token in upper case, such as GET"));
            }
        }
        if (rule.path() != null && rule.pathPattern() != null) {
            problems.add(new ParamProblem(pointer, "a rule must not have both path and path_pattern"));
        }
        return new RoleRule(Set.copyOf(methods), paths(rule, pointer, problems), texts(rule.roles()));
    }

    private static List<String> texts(@Nullable StringOrList texts) {
        return texts == null ? List.of() : texts.values();
    }

    private static RoleRule.Paths paths(RoleCheckParams.Rule rule, String pointer, List<ParamProblem> problems) {
        if (rule.path() != null && rule.path().startsWith("^")) {
            return matching(rule.path(), pointer + "/path", problems);
        }
        if (rule.path() != null) {
            return below(rule.path(), pointer + "/path", problems);
        }
        if (rule.pathPattern() != null) {
            return matching(rule.pathPattern(), pointer + "/path_pattern", problems);
        }
        return new RoleRule.AnyPath();
    }

    private static RoleRule.Paths below(String path, String pointer, List<ParamProblem> problems) {
        if (!path.startsWith("/")
                || !TargetEncoding.isLegal(path)
                || path.indexOf('?') >= 0
                || path.indexOf('#') >= 0) {
            problems.add(new ParamProblem(
                    pointer,
                    "a path must begin with / and have no query; a pattern must begin with ^; percent-encode "
                            + "characters that a URL cannot contain"));
        } else if (TargetEncoding.hasDotSegment(path)) {
            problems.add(new ParamProblem(pointer, "a path without the segments . and .. is expected"));
        }
        String normal = NormalPath.of(path);
        return new RoleRule.Below(normal.endsWith("/") ? normal.substring(0, normal.length() - 1) : normal);
    }

    private static RoleRule.Paths matching(String pattern, String pointer, List<ParamProblem> problems) {
        if (!pattern.chars().allMatch(c -> c < 0x80)) {
            problems.add(new ParamProblem(
                    pointer, "clients send paths percent-encoded: percent-encode all characters outside of ASCII"));
        }
        try {
            return new RoleRule.Matching(Pattern.compile(NormalPath.ofPattern(pattern)));
        } catch (PatternSyntaxException wrong) {
            problems.add(
                    new ParamProblem(pointer, "not a regular expression in RE2 syntax: " + wrong.getDescription()));
            return new RoleRule.AnyPath();
        }
    }

    private static List<ClaimPath> claims(@Nullable StringOrList names, List<ParamProblem> problems) {
        List<ClaimPath> claims = new ArrayList<>();
        for (String name : texts(names)) {
            try {
                claims.add(ClaimPath.parse(name));
            } catch (IllegalArgumentException wrong) {
                problems.add(new ParamProblem("/roles_claim", String.valueOf(wrong.getMessage())));
            }
        }
        return List.copyOf(claims);
    }
}
