package io.policyengine.policies.ai.shared.audience;

import io.policyengine.core.params.StringOrList;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The clients to which a rule applies, as parameters. All conditions must hold.
 *
 * @param consumers ids of identities; the client must have one of them
 * @param claims values that claims must have, by the name or JSON Pointer of the claim
 * @param when a condition in CEL
 */
public record AudienceParams(
        @Nullable StringOrList consumers,
        Map<String, JsonNode> claims,
        @Nullable String when) {
    public boolean isForAll() {
        return (consumers == null || consumers.values().isEmpty()) && claims.isEmpty() && when == null;
    }
}
