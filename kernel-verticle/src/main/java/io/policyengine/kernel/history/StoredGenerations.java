package io.policyengine.kernel.history;

import io.policyengine.core.config.files.FolderEntries;
import io.policyengine.kernel.generation.KeyedHash;
import io.policyengine.kernel.generation.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The generations in a state directory.
 *
 * @param snapshots the usable generations, newest first
 * @param unusable the unusable generations, newest first
 * @param highestId the highest id of all generations, or 0 without any
 */
public record StoredGenerations(List<Snapshot> snapshots, List<Unusable> unusable, long highestId) {
    /**
     * A generation that is damaged, or belongs to another conf directory.
     *
     * @param why the human-readable reason, shown with the id
     */
    public record Unusable(long id, String why) {}

    static final String FOLDER = "generations";

    /** Maximum digits of the id of a stored generation. */
    private static final int MAX_DIGITS = 18;

    public StoredGenerations {
        snapshots = List.copyOf(snapshots);
        unusable = List.copyOf(unusable);
    }

    public static StoredGenerations none() {
        return new StoredGenerations(List.of(), List.of(), 0);
    }

    /**
     * Reads a state directory, even while a kernel writes to it. A missing directory has no generations.
     *
     * @param confDirectory the conf directory whose generations are usable
     * @throws StateException if the directory cannot be read, or others may write to it
     */
    public static StoredGenerations readBlocking(Path state, Path confDirectory) {
        Path generations = state.resolve(FOLDER);
        List<Snapshot> snapshots = new ArrayList<>();
        List<Unusable> unusable = new ArrayList<>();
        List<Long> ids;
        try {
            StateRights.checkBlocking(state, generations);
            ids = idsBlocking(generations);
        } catch (NoSuchFileException | NotDirectoryException _) {
            return none();
        } catch (IOException e) {
            throw new StateException(
                    generations + " cannot be read (" + e.getClass().getSimpleName() + ")");
        }
        KeyedHash key = HashKey.readBlocking(state);
        KeyedHash hashes = key == null ? KeyedHash.ofProcess() : key;
        for (long id : ids) {
            Path folder = generations.resolve(Long.toString(id));
            try {
                Snapshot snapshot = GenerationFolder.readBlocking(folder, confDirectory, hashes);
                if (snapshot.id() != id) {
                    throw new StateException(GenerationFolder.FACTS + " is that of generation " + snapshot.id());
                }
                snapshots.add(snapshot);
            } catch (StateException broken) {
                // The oldest generation may just have been removed.
                if (Files.exists(folder)) {
                    unusable.add(new Unusable(
                            id, "generation " + id + " in " + state + " cannot be used: " + broken.getMessage()));
                }
            }
        }
        return new StoredGenerations(snapshots, unusable, ids.isEmpty() ? 0 : ids.getFirst());
    }

    /** Returns the newest generation, or null if there is none or it is unusable. */
    public @Nullable Snapshot newest() {
        return snapshots.isEmpty() || snapshots.getFirst().id() != highestId ? null : snapshots.getFirst();
    }

    /** Returns the ids of the stored generations, highest first. */
    static List<Long> idsBlocking(Path generations) throws IOException {
        return FolderEntries.ofBlocking(generations).stream()
                .map(entry -> String.valueOf(entry.getFileName()))
                .filter(StoredGenerations::isId)
                .map(Long::valueOf)
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    private static boolean isId(String name) {
        return !name.isEmpty()
                && name.length() <= MAX_DIGITS
                && name.charAt(0) != '0'
                && name.chars().allMatch(letter -> letter >= '0' && letter <= '9');
    }
}
