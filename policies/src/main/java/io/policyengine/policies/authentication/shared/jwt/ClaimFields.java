package io.policyengine.policies.authentication.shared.jwt;

import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.StringOrList;
import io.policyengine.core.policy.IdentityFields;
import io.policyengine.policies.authentication.shared.identity.IdentityHeaders;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonPointer;

/** The parameter {@code claims_to_headers}: the fields that carry claims to the upstream. */
public final class ClaimFields {
    /** A placeholder for an invalid claim path, whose problem has been reported. */
    private static final ClaimPath NOWHERE = ClaimPath.parse("sub");

    private ClaimFields() {}

    /**
     * Returns the claims by target field, and adds the problems found.
     *
     * @param parameter JSON Pointer to the parameter, for problems
     * @param tokenFields fields that hold tokens. Claims must not replace them, since the policy still has to read them
     */
    public static Map<String, ClaimPath> of(
            Map<String, String> claimsToHeaders,
            String parameter,
            List<String> tokenFields,
            Collection<ParamProblem> problems) {
        Map<String, ClaimPath> headers = new LinkedHashMap<>();
        claimsToHeaders.forEach((name, claim) -> {
            String pointer = parameter + JsonPointer.empty().appendProperty(name);
            RequestInstruction removal = new RemoveHeader(name);
            String illegal = Instructions.check(removal);
            if (illegal != null) {
                problems.add(new ParamProblem(pointer, illegal));
            }
            headers.put(name, path(claim, pointer, problems));
        });
        Set<String> all = new LinkedHashSet<>(IdentityHeaders.ALL);
        all.addAll(headers.keySet());
        if (IdentityFields.countSpellings(all) > IdentityFields.MAX) {
            problems.add(new ParamProblem(
                    parameter,
                    "too many fields: to remove clients' values, Envoy would need more than " + IdentityFields.MAX
                            + " spellings of their names; use fewer, or names with fewer hyphens"));
        } else if (tokenFields.stream().anyMatch(IdentityFields.of(all)::include)) {
            problems.add(new ParamProblem(parameter, "a field that holds the token cannot hold a claim as well"));
        }
        return headers;
    }

    /** Parses the paths of claims, and adds the problems found. */
    public static List<ClaimPath> paths(StringOrList names, String pointer, Collection<ParamProblem> problems) {
        return names.values().stream()
                .map(name -> path(name, pointer, problems))
                .toList();
    }

    /** Parses the path of a claim, and adds a problem if it is invalid. */
    public static ClaimPath path(String name, String pointer, Collection<ParamProblem> problems) {
        try {
            return ClaimPath.parse(name);
        } catch (IllegalArgumentException wrong) {
            problems.add(new ParamProblem(pointer, String.valueOf(wrong.getMessage())));
            return NOWHERE;
        }
    }
}
