package io.policyengine.core.config.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Explains why a path cannot be read. */
final class UnreachableReason {
    private UnreachableReason() {}

    /** Returns the reason why a path could not be read, as text that follows the path in a sentence. */
    static String whyBlocking(Path path, IOException failure) {
        String target = targetBlocking(path);
        return switch (failure) {
            case NoSuchFileException _ ->
                target == null ? "does not exist" : "is a link to '" + target + "', which does not exist";
            case AccessDeniedException _ -> "may not be read by the user of this process, or a folder above it may not";
            case FileSystemLoopException _ -> "is a link that leads back to itself";
            case NotDirectoryException _ -> "is not a folder";
            case FileSystemException e when target != null && isLoop(e) -> "is a link that leads back to itself";
            default -> "cannot be read (" + failure.getClass().getSimpleName() + ")";
        };
    }

    /** Returns whether the failure is ELOOP (too many symbolic links), recognized by the C library's wording. */
    private static boolean isLoop(FileSystemException failure) {
        return failure.getReason() != null && failure.getReason().contains("symbolic links");
    }

    private static @Nullable String targetBlocking(Path path) {
        try {
            return Files.readSymbolicLink(path).toString();
        } catch (IOException | UnsupportedOperationException _) {
            return null;
        }
    }
}
