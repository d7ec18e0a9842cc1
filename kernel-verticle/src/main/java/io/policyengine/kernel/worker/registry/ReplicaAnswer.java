package io.policyengine.kernel.worker.registry;

import io.policyengine.core.worker.EntryAnswer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer of one replica to an operator's question about a policy.
 *
 * @param address the replica's address
 * @param failure the human-readable reason why the replica did not answer, or null
 */
public record ReplicaAnswer(
        String worker,
        String address,
        List<EntryAnswer> answers,
        @Nullable String failure) {}
