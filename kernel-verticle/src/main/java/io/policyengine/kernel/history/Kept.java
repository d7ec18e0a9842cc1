package io.policyengine.kernel.history;

import io.policyengine.kernel.generation.KeyedHash;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The place where a kernel's generations are kept, and those that are there.
 *
 * @param store null: in memory only
 * @param earlier those of earlier kernels
 * @param overrides those that an earlier kernel could not write to the conf directory, as an overrides.yaml; null: none
 */
public record Kept(
        @Nullable GenerationStore store,
        StoredGenerations earlier,
        @Nullable String overrides) {
    /**
     * On disk.
     *
     * @param confDirectory whose generations they are
     * @throws StateException if the state directory cannot be had, or not be read
     */
    public static Kept openBlocking(Path state, Path confDirectory) {
        GenerationStore store = GenerationStore.openBlocking(state);
        try {
            return new Kept(
                    store,
                    StoredGenerations.readBlocking(state, confDirectory),
                    store.overridesBlocking(confDirectory));
        } catch (StateException unreadable) {
            store.close();
            throw unreadable;
        }
    }

    /** Makes the hashes of configurations: by the key in the state directory, or one of the process where there is none. */
    public KeyedHash hashes() {
        return store == null ? KeyedHash.ofProcess() : store.hashes();
    }

    /** In memory only, nothing from before. */
    public static Kept inMemory() {
        return new Kept(null, StoredGenerations.none(), null);
    }
}
