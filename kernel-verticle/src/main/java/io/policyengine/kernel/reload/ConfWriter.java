package io.policyengine.kernel.reload;

import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileEdit;
import io.policyengine.core.config.files.FolderEntries;
import io.policyengine.core.log.LogFields;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes files of a conf directory, all or none. Each file is first written as a hidden file, which is never read as
 * configuration. Permissions are kept; a new file gets those of a neighbouring file.
 */
public final class ConfWriter {
    private static final Logger LOG = LoggerFactory.getLogger(ConfWriter.class);
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path directory;

    public ConfWriter(Path directory) {
        this.directory = directory;
    }

    /**
     * Applies all edits or none.
     *
     * @throws ConfChangeException if the directory may not be written
     */
    public void writeBlocking(List<FileEdit> edits) {
        for (FileEdit edit : edits) {
            String obstacle = obstacleBlocking(edit);
            if (obstacle != null) {
                throw refusal(edit, obstacle);
            }
        }
        List<Staged> staged = new ArrayList<>();
        try {
            for (FileEdit edit : edits) {
                try {
                    staged.add(stagedBlocking(edit));
                } catch (IOException e) {
                    throw refusal(edit, e);
                }
            }
            putInPlaceBlocking(staged);
        } finally {
            staged.forEach(Staged::clearBlocking);
        }
    }

    private static ConfChangeException refusal(FileEdit edit, String obstacle) {
        return new ConfChangeException(
                ConfChangeException.Kind.READ_ONLY,
                edit.file() + " " + obstacle + ": change the configuration where it comes from");
    }

    private static ConfChangeException refusal(FileEdit edit, IOException e) {
        return refusal(edit, "cannot be written (" + e.getClass().getSimpleName() + ")");
    }

    /** Returns whether the edits can probably be written. Only the attempt to write them is certain. */
    public boolean canWriteBlocking(List<FileEdit> edits) {
        return Files.exists(directory) && edits.stream().allMatch(edit -> obstacleBlocking(edit) == null);
    }

    /**
     * Returns why a file cannot be written, or null if it can. The text continues a sentence that begins with the
     * file's name.
     */
    private @Nullable String obstacleBlocking(FileEdit edit) {
        Path target = directory.resolve(edit.file());
        // A link is managed by whatever distributes the files: a file in its place would hide their next change.
        if (Files.isSymbolicLink(target)) {
            return "is a link";
        }
        Path nearest = directory;
        Path folder = directory;
        for (Path part : Path.of(edit.file())) {
            if (Files.isSymbolicLink(folder)) {
                return "is in a folder that is a link";
            }
            nearest = Files.exists(folder) ? folder : nearest;
            folder = folder.resolve(part);
        }
        return Files.exists(nearest) && !Files.isWritable(nearest) ? "cannot be written" : null;
    }

    /**
     * The change of one file while it is on disk only as hidden files, before they are renamed.
     *
     * @param written the hidden file with the new content; missing if the file is to be removed
     * @param saved the hidden file with the old content; missing if there was no file
     */
    private record Staged(FileEdit edit, Path target, Path written, Path saved) {
        void putInPlaceBlocking() throws IOException {
            if (edit.text() == null) {
                Files.deleteIfExists(target);
            } else {
                moveBlocking(written, target);
            }
        }

        void undoBlocking() {
            try {
                if (Files.exists(saved)) {
                    moveBlocking(saved, target);
                } else {
                    Files.deleteIfExists(target);
                }
            } catch (IOException e) {
                LOG.atError()
                        .addKeyValue(LogFields.FILE, target)
                        .setCause(e)
                        .log("the old content of a file could not be restored after a failed change: the conf "
                                + "directory now contains only a part of the change");
            }
        }

        void clearBlocking() {
            for (Path hidden : List.of(written, saved)) {
                try {
                    Files.deleteIfExists(hidden);
                } catch (IOException e) {
                    LOG.atWarn()
                            .addKeyValue(LogFields.FILE, hidden)
                            .setCause(e)
                            .log("a hidden file of a change could not be removed; it is never read as configuration");
                }
            }
        }

        private static void moveBlocking(Path from, Path to) throws IOException {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void putInPlaceBlocking(List<Staged> changes) {
        List<Staged> done = new ArrayList<>();
        for (Staged change : changes) {
            try {
                change.putInPlaceBlocking();
                done.add(change);
            } catch (IOException e) {
                done.reversed().forEach(Staged::undoBlocking);
                throw refusal(change.edit(), e);
            }
        }
    }

    private Staged stagedBlocking(FileEdit edit) throws IOException {
        Path target = directory.resolve(edit.file());
        Files.createDirectories(target.toAbsolutePath().resolveSibling(""));
        Staged staged = new Staged(
                edit,
                target,
                target.resolveSibling("." + target.getFileName() + ".new"),
                target.resolveSibling("." + target.getFileName() + ".old"));
        // A crashed process may have left hidden files.
        staged.clearBlocking();
        try {
            if (Files.isRegularFile(target)) {
                writeBlocking(staged.saved(), Files.readAllBytes(target), target);
            }
            if (edit.text() != null) {
                writeBlocking(staged.written(), edit.text().getBytes(StandardCharsets.UTF_8), exampleBlocking(target));
            }
            return staged;
        } catch (IOException e) {
            staged.clearBlocking();
            throw e;
        }
    }

    private static void writeBlocking(Path hidden, byte[] content, @Nullable Path example) throws IOException {
        Files.createFile(hidden, OWNER_ONLY);
        Files.write(hidden, content);
        if (example != null) {
            makeAlikeBlocking(hidden, Files.readAttributes(example, PosixFileAttributes.class));
        }
        try (FileChannel file = FileChannel.open(hidden, StandardOpenOption.WRITE)) {
            file.force(true);
        }
    }

    /**
     * Returns the file whose permissions apply to the new content: the target or, for a new file, a neighbour or
     * kernel.yaml. Returns null if none exists.
     */
    private @Nullable Path exampleBlocking(Path target) throws IOException {
        if (Files.exists(target)) {
            return target;
        }
        Stream<Path> beside = FolderEntries.ofBlocking(target.toAbsolutePath().resolveSibling("")).stream();
        return Stream.concat(beside.sorted(), Stream.of(directory.resolve("kernel.yaml")))
                .filter(file -> ConfTexts.isName(String.valueOf(file.getFileName())))
                .filter(Files::isRegularFile)
                .findFirst()
                .orElse(null);
    }

    private static void makeAlikeBlocking(Path file, PosixFileAttributes example) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        try {
            view.setGroup(example.group());
            view.setOwner(example.owner());
        } catch (FileSystemException notOurs) {
            LOG.atDebug()
                    .addKeyValue(LogFields.FILE, file)
                    .log("only a privileged process can keep the owner of a changed file: this process's user"
                            + " becomes its owner");
        }
        view.setPermissions(example.permissions());
    }
}
