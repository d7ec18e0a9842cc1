package io.policyengine.kernel.history;

import io.policyengine.kernel.generation.KeyedHash;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The stored generations of a kernel and of earlier kernels.
 *
 * @param store the store on disk; null if generations are kept in memory only
 * @param earlier generations of earlier kernels
 * @param overrides an overrides.yaml that an earlier kernel could not write to the conf directory, or null
 */
public record GenerationArchive(
        @Nullable GenerationStore store,
        StoredGenerations earlier,
        @Nullable String overrides) {
    /**
     * Opens the store of generations in a state directory.
     *
     * @param confDirectory the conf directory of the generations
     * @throws StateException if the state directory is unusable or unreadable
     */
    public static GenerationArchive openBlocking(Path state, Path confDirectory) {
        GenerationStore store = GenerationStore.openBlocking(state);
        try {
            return new GenerationArchive(
                    store,
                    StoredGenerations.readBlocking(state, confDirectory),
                    store.overridesBlocking(confDirectory));
        } catch (StateException unreadable) {
            store.close();
            throw unreadable;
        }
    }

    /**
     * Returns the hash function for configurations. Its key comes from the state directory; without a state directory,
     * the key is lost with the process.
     */
    public KeyedHash hashes() {
        return store == null ? KeyedHash.ofProcess() : store.hashes();
    }

    public static GenerationArchive inMemory() {
        return new GenerationArchive(null, StoredGenerations.none(), null);
    }
}
