package io.policyengine.core.config.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/** Lists folders. */
public final class FolderEntries {
    private FolderEntries() {}

    /**
     * The entries of a folder, in no order. What is no folder is not opened: a pipe would make the reader wait.
     *
     * @throws IOException also if it vanishes while it is listed, for which {@link Files#list} throws another
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
