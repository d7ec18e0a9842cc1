package io.policyengine.core.config.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/** Lists the entries of folders. */
public final class FolderEntries {
    private FolderEntries() {}

    /**
     * Returns the entries of a folder, in no order. Only a directory is opened, since a pipe would block the reader.
     *
     * @throws IOException also if the folder vanishes while it is listed, for which {@link Files#list} throws an
     *     unchecked exception
     */
    public static List<Path> ofBlocking(Path folder) throws IOException {
        if (!Files.readAttributes(folder, BasicFileAttributes.class).isDirectory()) {
            throw new NotDirectoryException(folder.toString());
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
