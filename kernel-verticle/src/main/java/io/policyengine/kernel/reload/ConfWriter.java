package io.policyengine.kernel.reload;

import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileEdit;
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
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes files of a conf directory: each whole or not at all, under a hidden name first, which nobody reads. Who may read a file
 * does not change; a new file is as its neighbours are.
 */
public final class ConfWriter {
    private static final Logger LOG = LoggerFactory.getLogger(ConfWriter.class);
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path directory;

    /** Writes to this directory. */
    public ConfWriter(Path directory) {
        this.directory = directory;
    }

    /**
     * Makes the changes, in order.
     *
     * @throws ConfChangeException if the directory is not ours to write
     */
    public void writeBlocking(List<FileEdit> edits) {
        edits.forEach(this::checkBlocking);
        for (FileEdit edit : edits) {
            Path target = directory.resolve(edit.file());
            try {
                if (edit.text() == null) {
                    Files.deleteIfExists(target);
                } else {
                    writeBlocking(target, edit.text());
                }
            } catch (IOException e) {
                throw new ConfChangeException(
                        ConfChangeException.Kind.READ_ONLY,
                        edit.file() + " cannot be written (" + e.getClass().getSimpleName()
                                + "): change the configuration where it comes from");
            }
        }
    }

    /** Whether the directory is ours to write, as far as can be told beforehand. */
    public boolean canWriteBlocking(List<FileEdit> edits) {
        return edits.stream().allMatch(edit -> {
            Path folder = folder(edit);
            return !isLinkBlocking(edit) && Files.isWritable(Files.exists(folder) ? folder : directory);
        });
    }

    private Path folder(FileEdit edit) {
        return directory.resolve(edit.file()).resolveSibling("");
    }

    /** A link belongs to whoever distributes the files: with a file in its place, their next change would be lost. */
    private boolean isLinkBlocking(FileEdit edit) {
        Path folder = folder(edit);
        boolean linkedFolder = !folder.equals(directory) && Files.isSymbolicLink(folder);
        return linkedFolder || Files.isSymbolicLink(directory.resolve(edit.file()));
    }

    private void checkBlocking(FileEdit edit) {
        if (isLinkBlocking(edit)) {
            throw new ConfChangeException(
                    ConfChangeException.Kind.READ_ONLY,
                    edit.file() + " is a link: change the configuration where it comes from");
        }
    }

    private void writeBlocking(Path target, String text) throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Path written = target.resolveSibling("." + target.getFileName() + ".new");
        Files.deleteIfExists(written);
        try {
            Files.createFile(written, OWNER_ONLY);
            Files.writeString(written, text, StandardCharsets.UTF_8);
            Path example = exampleBlocking(target);
            if (example != null) {
                makeAlikeBlocking(written, Files.readAttributes(example, PosixFileAttributes.class));
            }
            try (FileChannel file = FileChannel.open(written, StandardOpenOption.WRITE)) {
                file.force(true);
            }
            Files.move(written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(written);
        }
    }

    /** The file that says who may read another: that itself, or if it is new, one beside it, or kernel.yaml. */
    private @Nullable Path exampleBlocking(Path target) throws IOException {
        if (Files.exists(target)) {
            return target;
        }
        try (Stream<Path> beside = Files.list(target.toAbsolutePath().resolveSibling(""))) {
            return Stream.concat(beside.sorted(), Stream.of(directory.resolve("kernel.yaml")))
                    .filter(file -> ConfTexts.isName(String.valueOf(file.getFileName())))
                    .filter(Files::isRegularFile)
                    .findFirst()
                    .orElse(null);
        }
    }

    private static void makeAlikeBlocking(Path file, PosixFileAttributes example) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        try {
            view.setGroup(example.group());
            view.setOwner(example.owner());
        } catch (FileSystemException notOurs) {
            LOG.atDebug()
                    .addKeyValue("file", file)
                    .log("only a privileged process can give a file away: it stays ours");
        }
        view.setPermissions(example.permissions());
    }
}
