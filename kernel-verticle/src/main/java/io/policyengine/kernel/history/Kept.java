package io.policyengine.kernel.history;

import org.jspecify.annotations.Nullable;

/**
 * Where a kernel's generations are kept, and those that are there.
 *
 * @param store null: in memory only
 * @param earlier those of earlier kernels
 */
public record Kept(@Nullable GenerationStore store, StoredGenerations earlier) {
    /** In memory only, nothing from before. */
    public static Kept inMemory() {
        return new Kept(null, StoredGenerations.none());
    }
}
