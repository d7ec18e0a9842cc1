package io.policyengine.kernel.history;

import io.policyengine.core.config.files.FileText;
import io.policyengine.core.config.files.FolderEntries;
import io.policyengine.kernel.generation.KeyedHash;
import io.policyengine.kernel.generation.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A state directory. Only this process writes to it, and only the directory's owner may read it. It holds the last ten
 * generations, each in a folder that is written atomically. Not thread-safe.
 */
public final class GenerationStore implements AutoCloseable {
    /** Maximum generations in the state directory; older ones are removed. */
    private static final int MAX_GENERATIONS = 10;

    private static final String LOCK = "lock";
    private static final String HIDDEN = ".";
    private static final String OVERRIDES = "overrides.yaml";

    private final Path state;
    private final Path generations;
    private final KeyedHash hashes;
    private FileChannel lock;

    private GenerationStore(Path state, Path generations, KeyedHash hashes, FileChannel lock) {
        this.state = state;
        this.generations = generations;
        this.hashes = hashes;
        this.lock = lock;
    }

    /**
     * Opens and locks a state directory, creating it if missing.
     *
     * @throws StateException if the directory is not writable, others may write to it, or another process has locked it
     */
    public static GenerationStore openBlocking(Path state) {
        try {
            Path generations = state.resolve(StoredGenerations.FOLDER);
            makeBlocking(state, generations);
            if (!Files.isWritable(generations)) {
                throw new AccessDeniedException(generations.toString());
            }
            return takenBlocking(state, generations, takeBlocking(state, generations));
        } catch (IOException e) {
            throw new StateException("the state directory " + state + " cannot be written (" + why(e) + ")");
        }
    }

    private static GenerationStore takenBlocking(Path state, Path generations, FileChannel lock) throws IOException {
        boolean isTaken = false;
        try {
            GenerationStore store = new GenerationStore(state, generations, HashKey.takeBlocking(state), lock);
            isTaken = true;
            return store;
        } finally {
            if (!isTaken) {
                lock.close();
            }
        }
    }

    private static void makeBlocking(Path state, Path generations) throws IOException {
        Files.createDirectories(state, GenerationFolder.OWNERS_FOLDER);
        // An untrusted directory is left unchanged.
        StateRights.checkBlocking(state, generations);
        Files.createDirectories(generations, GenerationFolder.OWNERS_FOLDER);
        StateRights.checkBlocking(state, generations);
    }

    /** Takes the lock, then removes the hidden files and folders that a crashed process left behind. */
    private static FileChannel takeBlocking(Path state, Path generations) throws IOException {
        FileChannel file = FileChannel.open(
                state.resolve(LOCK),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                GenerationFolder.OWNERS_FILE);
        boolean isTaken = false;
        try {
            if (!isLockedBlocking(file)) {
                throw new StateException("the state directory " + state + " is in use by another engine");
            }
            for (Path entry : FolderEntries.ofBlocking(generations)) {
                if (String.valueOf(entry.getFileName()).startsWith(HIDDEN)) {
                    removeBlocking(entry);
                }
            }
            isTaken = true;
            return file;
        } finally {
            if (!isTaken) {
                file.close();
            }
        }
    }

    /**
     * Tries to lock the file; returns false if it is already locked. The lock lasts until the channel is closed or the
     * process ends.
     */
    private static boolean isLockedBlocking(FileChannel file) throws IOException {
        try {
            @Nullable FileLock taken = file.tryLock();
            return taken != null;
        } catch (OverlappingFileLockException _) {
            return false;
        }
    }

    KeyedHash hashes() {
        return hashes;
    }

    public Path directory() {
        return state;
    }

    /**
     * Creates the state directory again if it was removed while this store was open. Also takes a new lock, because
     * other processes can no longer see the old lock file.
     */
    private void recreateBlocking() throws IOException {
        makeBlocking(state, generations);
        if (!lock.isOpen() || !Files.exists(state.resolve(LOCK))) {
            lock.close();
            lock = takeBlocking(state, generations);
        }
        HashKey.keepBlocking(state, hashes);
    }

    /**
     * Stores a generation, and removes all but the newest ten. A generation without files is not stored, because it
     * could not be restored.
     *
     * @throws StateException if the generation cannot be written; the stored generations remain
     */
    public void saveBlocking(Snapshot snapshot) {
        Path folder = generations.resolve(Long.toString(snapshot.id()));
        Path unfinished = generations.resolve(HIDDEN + snapshot.id());
        try {
            recreateBlocking();
            // The folder already exists if an earlier attempt failed at a later step.
            if (!Files.exists(folder) && !snapshot.texts().files().isEmpty()) {
                removeBlocking(unfinished);
                GenerationFolder.writeBlocking(unfinished, snapshot);
                Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
            }
            for (long old : StoredGenerations.idsBlocking(generations).stream()
                    .skip(MAX_GENERATIONS)
                    .toList()) {
                Path hidden = generations.resolve(HIDDEN + old);
                removeBlocking(hidden);
                Files.move(generations.resolve(Long.toString(old)), hidden, StandardCopyOption.ATOMIC_MOVE);
                removeBlocking(hidden);
            }
            GenerationFolder.syncBlocking(generations);
        } catch (IOException e) {
            throw new StateException(
                    "generation " + snapshot.id() + " cannot be written to " + state + " (" + why(e) + ")");
        }
    }

    /** Returns the file for overrides that could not be written to the conf directory. */
    Path overrides() {
        return state.resolve(OVERRIDES);
    }

    /**
     * Returns the overrides stored for a conf directory as the text of an overrides.yaml, or null.
     *
     * @throws StateException if they are unreadable, or writable by others
     */
    @Nullable
    String overridesBlocking(Path confDirectory) {
        String of = headerOf(confDirectory);
        if (!Files.exists(overrides(), LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        return switch (StateRights.readBlocking(overrides(), FileText.LARGEST)) {
            case FileText.Content(String text) -> text.startsWith(of) ? text.substring(of.length()) : null;
            case FileText.Unreadable(String why) ->
                throw new StateException(
                        "the state directory " + state + " cannot be used, since " + OVERRIDES + " in it " + why);
        };
    }

    /**
     * Replaces the stored overrides.
     *
     * @param text an overrides.yaml; null removes them
     * @throws StateException if they cannot be written; the earlier overrides remain
     */
    void saveOverridesBlocking(@Nullable String text, Path confDirectory) {
        Path unfinished = state.resolve(HIDDEN + OVERRIDES);
        try {
            recreateBlocking();
            if (text == null) {
                Files.deleteIfExists(overrides());
            } else {
                Files.deleteIfExists(unfinished);
                GenerationFolder.writeFileBlocking(unfinished, headerOf(confDirectory) + text);
                Files.move(
                        unfinished, overrides(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            GenerationFolder.syncBlocking(state);
        } catch (IOException e) {
            throw new StateException("overrides cannot be written to " + state + " (" + why(e) + ")");
        }
    }

    private static String headerOf(Path confDirectory) {
        return "# For the conf directory "
                + GenerationFolder.nameOf(confDirectory).replace('\n', ' ') + "; see docs/overrides.md.\n";
    }

    private static void removeBlocking(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            for (Path entry : FolderEntries.ofBlocking(path)) {
                removeBlocking(entry);
            }
        }
        Files.deleteIfExists(path);
    }

    private static String why(IOException e) {
        return switch (e) {
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "there is a file of that name";
            default -> {
                String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
                yield reason == null ? e.getClass().getSimpleName() : reason;
            }
        };
    }

    /** Releases the lock on the state directory. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
