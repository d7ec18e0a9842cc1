package io.policyengine.core.config.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * The state of a file as far as it is visible without reading the file. Symbolic links are followed, so a change of the
 * target is a change of the file.
 *
 * @param modified time of the last write, as set by the writer
 * @param changed time of the last change of content or attributes, as recorded by the file system; null if unsupported
 * @param key identity of the file in the file system
 */
public record FileFingerprint(
        @Nullable FileTime modified,
        @Nullable FileTime changed,
        long size,
        @Nullable Object key) {
    /** The fingerprint of a missing file. */
    public static final FileFingerprint NONE = new FileFingerprint(null, null, -1, null);

    public static FileFingerprint ofBlocking(Path file) {
        try {
            BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
            return new FileFingerprint(seen.lastModifiedTime(), changedBlocking(file), seen.size(), seen.fileKey());
        } catch (IOException _) {
            return NONE;
        }
    }

    /** Reads the fingerprint of a file in a directory. An invalid name yields {@link #NONE}. */
    static FileFingerprint ofBlocking(Path directory, String name) {
        try {
            return ofBlocking(directory.resolve(name));
        } catch (InvalidPathException _) {
            return NONE;
        }
    }

    /**
     * Returns whether the file was changed in place: its state has changed, but not its identity in the file system.
     */
    public boolean isWrittenInPlaceSince(FileFingerprint earlier) {
        return key != null && key.equals(earlier.key) && !equals(earlier);
    }

    private static @Nullable FileTime changedBlocking(Path file) throws IOException {
        return file.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? (FileTime) Files.getAttribute(file, "unix:ctime")
                : null;
    }
}
