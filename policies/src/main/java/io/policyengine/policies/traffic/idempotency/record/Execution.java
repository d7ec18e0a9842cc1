package io.policyengine.policies.traffic.idempotency.record;

import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.Metadata;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * An execution of a request with an idempotency key, stored in the metadata of its exchange.
 *
 * @param slot digest of the key and its owner
 * @param token unique token of the execution, so that late operations of other executions have no effect
 * @param fingerprint digest of the request
 */
public record Execution(String slot, String token, String fingerprint) {
    public static final String METADATA_KEY = "idempotency.execution";

    private static final int PARTS = 3;

    /** Returns the execution that the metadata of an exchange contains, or null. */
    public static @Nullable Execution of(Metadata metadata) {
        String text = metadata.text(METADATA_KEY);
        String[] parts = text == null ? new String[0] : text.split(" ", PARTS);
        return parts.length == PARTS ? new Execution(parts[0], parts[1], parts[2]) : null;
    }

    /** Returns the instruction that stores the execution in the metadata, for the response phase. */
    public SetMetadata instruction() {
        return new SetMetadata(
                METADATA_KEY, JsonNodeFactory.instance.stringNode(slot + " " + token + " " + fingerprint));
    }
}
