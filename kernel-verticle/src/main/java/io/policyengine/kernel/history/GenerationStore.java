package io.policyengine.kernel.history;

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
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A state directory that this process alone writes to: the last ten generations, a folder each, which is there whole or not at all.
 * All for the owner's eyes only. Not for two threads at once.
 */
public final class GenerationStore implements AutoCloseable {
    private static final int MOST_GENERATIONS = 10;
    private static final String LOCK = "lock";
    private static final String HIDDEN = ".";

    private final Path state;
    private final Path generations;
    private final FileChannel lock;

    private GenerationStore(Path state, Path generations, FileChannel lock) {
        this.state = state;
        this.generations = generations;
        this.lock = lock;
    }

    /**
     * Takes a state directory, which is made where it is missing.
     *
     * @throws StateException if it cannot be written, or another process has it
     */
    public static GenerationStore openBlocking(Path state) {
        try {
            Path generations = state.resolve(StoredGenerations.FOLDER);
            Files.createDirectories(state, GenerationFolder.OWNERS_FOLDER);
            Files.createDirectories(generations, GenerationFolder.OWNERS_FOLDER);
            if (!Files.isWritable(generations)) {
                throw new AccessDeniedException(generations.toString());
            }
            GenerationStore store = new GenerationStore(state, generations, lockBlocking(state));
            store.clearBlocking();
            return store;
        } catch (IOException e) {
            throw new StateException("the state directory " + state + " cannot be written (" + why(e) + ")");
        }
    }

    private static FileChannel lockBlocking(Path state) throws IOException {
        FileChannel file = FileChannel.open(
                state.resolve(LOCK),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                GenerationFolder.OWNERS_FILE);
        if (isLockedBlocking(file)) {
            return file;
        }
        file.close();
        throw new StateException("the state directory " + state + " is in use by another engine");
    }

    /** Held until the file is closed, or the process ends, however it does. */
    private static boolean isLockedBlocking(FileChannel file) throws IOException {
        try {
            @Nullable FileLock taken = file.tryLock();
            return taken != null;
        } catch (OverlappingFileLockException _) {
            return false;
        }
    }

    /** What is hidden is what a process was about to write or to remove when it died. */
    private void clearBlocking() throws IOException {
        for (Path left : entriesBlocking()) {
            if (String.valueOf(left.getFileName()).startsWith(HIDDEN)) {
                removeBlocking(left);
            }
        }
    }

    private List<Path> entriesBlocking() throws IOException {
        try (Stream<Path> entries = Files.list(generations)) {
            return entries.toList();
        }
    }

    /** The directory. */
    public Path directory() {
        return state;
    }

    /**
     * Keeps a generation, and removes the oldest beyond ten.
     *
     * @throws StateException if it cannot be written; what was there before stays
     */
    public void saveBlocking(Snapshot snapshot) {
        Path folder = generations.resolve(Long.toString(snapshot.id()));
        Path unfinished = generations.resolve(HIDDEN + snapshot.id());
        try {
            // It is there, if only what followed failed before.
            if (!Files.exists(folder)) {
                removeBlocking(unfinished);
                GenerationFolder.writeBlocking(unfinished, snapshot);
                Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
            }
            for (long old : StoredGenerations.idsBlocking(generations).stream()
                    .skip(MOST_GENERATIONS)
                    .toList()) {
                Path hidden = generations.resolve(HIDDEN + old);
                Files.move(generations.resolve(Long.toString(old)), hidden, StandardCopyOption.ATOMIC_MOVE);
                removeBlocking(hidden);
            }
            GenerationFolder.syncBlocking(generations);
        } catch (IOException e) {
            throw new StateException(
                    "generation " + snapshot.id() + " cannot be written to " + state + " (" + why(e) + ")");
        }
    }

    private static void removeBlocking(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path each : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    private static String why(IOException e) {
        return switch (e) {
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "a file is in its place";
            default -> {
                String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
                yield reason == null ? e.getClass().getSimpleName() : reason;
            }
        };
    }

    /** Leaves the directory to others. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
