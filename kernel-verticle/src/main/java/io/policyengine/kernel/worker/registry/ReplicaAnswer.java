package io.policyengine.kernel.worker.registry;

import io.policyengine.core.worker.EntryAnswer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answers of one replica to a question.
 *
 * @param address the replica's address
 * @param failure the reason of a missing answer, for users, or null
 */
public record ReplicaAnswer(
        String worker,
        String address,
        List<EntryAnswer> answers,
        @Nullable String failure) {}
