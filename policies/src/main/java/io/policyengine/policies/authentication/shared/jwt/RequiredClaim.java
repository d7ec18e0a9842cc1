package io.policyengine.policies.authentication.shared.jwt;

import io.policyengine.core.params.ParamProblem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * A requirement on a claim: the claim must equal one of the values, or be an array that contains one of them.
 *
 * @param path path of the claim
 * @param values accepted values
 */
public record RequiredClaim(ClaimPath path, List<JsonNode> values) {
    private static final String POINTER = "/required_claims";

    public RequiredClaim {
        values = List.copyOf(values);
    }

    /** Returns the required claims of the parameter {@code required_claims}, and adds the problems found. */
    public static List<RequiredClaim> of(Map<String, JsonNode> requiredClaims, Collection<ParamProblem> problems) {
        List<RequiredClaim> claims = new ArrayList<>();
        requiredClaims.forEach((name, value) -> {
            String pointer = POINTER + JsonPointer.empty().appendProperty(name);
            if (value.isNull() || (value.isArray() && value.isEmpty())) {
                problems.add(new ParamProblem(
                        pointer, "the required value of the claim is expected, or a list of " + "values"));
            }
            List<JsonNode> values = value.isArray() ? value.valueStream().toList() : List.of(value);
            claims.add(new RequiredClaim(ClaimFields.path(name, pointer, problems), values));
        });
        return List.copyOf(claims);
    }

    /** Returns whether a token's claims meet this requirement. */
    public boolean holdsIn(JsonNode claims) {
        JsonNode found = path.in(claims);
        if (found == null) {
            return false;
        }
        return found.isArray() ? found.valueStream().anyMatch(this::isOneOf) : isOneOf(found);
    }

    private boolean isOneOf(JsonNode found) {
        return values.stream()
                .anyMatch(
                        value -> (value.isNumber() && found.isNumber()) ? areEqual(value, found) : value.equals(found));
    }

    /**
     * Returns whether two numbers are equal. Integers are compared exactly, since beyond 2^53 different integers have
     * the same double.
     */
    private static boolean areEqual(JsonNode value, JsonNode found) {
        return (value.isIntegralNumber() && found.isIntegralNumber())
                ? value.bigIntegerValue().equals(found.bigIntegerValue())
                : value.doubleValue() == found.doubleValue();
    }
}
