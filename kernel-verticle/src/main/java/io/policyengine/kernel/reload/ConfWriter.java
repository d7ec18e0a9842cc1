package io.policyengine.kernel.reload;

import io.policyengine.core.config.files.FileEdit;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Writes files of a conf directory: each whole or not at all, under a hidden name first, which nobody reads. */
public final class ConfWriter {
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

    /** A link belongs to whoever distributes the files: with a file in its place, their next change would be lost. */
    private void checkBlocking(FileEdit edit) {
        Path target = directory.resolve(edit.file());
        Path folder = target.getParent();
        boolean linkedFolder = folder != null && !folder.equals(directory) && Files.isSymbolicLink(folder);
        if (linkedFolder || Files.isSymbolicLink(target)) {
            throw new ConfChangeException(
                    ConfChangeException.Kind.READ_ONLY,
                    edit.file() + " is a link: change the configuration where it comes from");
        }
    }

    private static void writeBlocking(Path target, String text) throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Path written = target.resolveSibling("." + target.getFileName() + ".new");
        try {
            Files.writeString(written, text, StandardCharsets.UTF_8);
            try (FileChannel file = FileChannel.open(written, StandardOpenOption.WRITE)) {
                file.force(true);
            }
            Files.move(written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(written);
        }
    }
}
