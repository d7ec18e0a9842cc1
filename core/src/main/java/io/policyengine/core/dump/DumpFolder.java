package io.policyengine.core.dump;

import io.policyengine.core.net.FileRights;
import io.policyengine.core.net.ProcessUser;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * The folder of a state directory for dumps of one kind of process. Only its owner may read it, because a dump contains
 * the credentials that are in memory.
 *
 * <p>Each file has a fixed name, so the folder holds at most one file of each kind. The names of unfinished files begin
 * with a dot. {@link #cleanBlocking} removes the unfinished files of a process that was killed.
 */
public final class DumpFolder {
    private static final FileAttribute<Set<PosixFilePermission>> OWNERS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final String NAME = "dumps";
    private static final String UNFINISHED = ".";
    /** The tag of HPROF's record HEAP DUMP END, which ends a heap dump. The record has no content. */
    private static final int HEAP_DUMP_END = 0x2C;
    /** Bytes of a record of a heap dump without its content: the tag, the time, and the length. */
    private static final int RECORD_HEADER = 9;
    /**
     * Time since the last write after which an incomplete heap dump must be that of a killed process. A running JVM
     * writes steadily.
     */
    private static final Duration ABANDONED = Duration.ofMinutes(1);
    /** Bytes that must remain free on the disk after a file is written. */
    private static final long RESERVE = 256L << 20;

    private final Path folder;
    private final String process;

    private DumpFolder(Path folder, String process) {
        this.folder = folder;
        this.process = process;
    }

    /**
     * Opens the folder of a process, creating it if missing. The state directory must exist.
     *
     * @param process name of the process; the names of its files begin with it
     * @throws IOException if the folder cannot be created, is a symbolic link, or belongs to another user. The same
     *     applies if others can write to it or to the state directory
     */
    public static DumpFolder openBlocking(Path state, String process) throws IOException {
        Path folder = state.resolve(NAME).toAbsolutePath();
        checkBlocking(state);
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(folder, OWNERS);
        }
        checkBlocking(folder, LinkOption.NOFOLLOW_LINKS);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        return new DumpFolder(folder, process);
    }

    private static void checkBlocking(Path folder, LinkOption... options) throws IOException {
        FileRights rights = FileRights.ofBlocking(folder, options);
        if (!rights.isFolder()) {
            throw new IOException(folder + " is not a folder");
        }
        if (rights.isWritableByOthers() || !rights.belongsTo(ProcessUser.uid())) {
            throw new IOException(folder + " belongs to another user, or others can write to it");
        }
    }

    /** Returns the path of this process's file whose name ends in {@code ending}, such as {@code oom.hprof}. */
    public Path file(String ending) {
        return folder.resolve(process + "-" + ending);
    }

    /** Returns the path under which the file with the given ending is written before it is moved to {@link #file}. */
    public Path unfinished(String ending) {
        return folder.resolve(UNFINISHED + process + "-" + ending);
    }

    /**
     * Checks that a file of this size leaves enough room on the disk.
     *
     * @throws DiskFullException if the disk might become full
     * @throws IOException if the file system does not answer
     */
    public void requireRoomBlocking(long bytes) throws IOException {
        long usable = Files.getFileStore(folder).getUsableSpace();
        if (usable < bytes + RESERVE) {
            throw new DiskFullException(bytes + RESERVE, usable);
        }
    }

    /**
     * Removes the files that this process left unfinished when it was killed.
     *
     * @param heapDump the ending of the file to which the JVM writes its heap dump directly
     * @param now the present time
     * @throws IOException if a file cannot be removed
     */
    public void cleanBlocking(String heapDump, Instant now) throws IOException {
        Path dump = file(heapDump);
        String parts = dump.getFileName() + ".p";
        String unfinished = UNFINISHED + process + "-";
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (name.startsWith(unfinished) || (name.startsWith(parts) && isOldBlocking(file, now))) {
                    deleteBlocking(file);
                }
            }
        } catch (DirectoryIteratorException unreadable) {
            throw unreadable.getCause();
        }
        if (Files.isRegularFile(dump, LinkOption.NOFOLLOW_LINKS)
                && isOldBlocking(dump, now)
                && !isWholeBlocking(dump)) {
            Files.delete(dump);
        }
    }

    /** Deletes a file, or a folder with everything in it. Does not follow links. */
    private static void deleteBlocking(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
                for (Path entry : entries) {
                    deleteBlocking(entry);
                }
            }
        }
        Files.deleteIfExists(path);
    }

    private static boolean isOldBlocking(Path file, Instant now) throws IOException {
        return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                .toInstant()
                .isBefore(now.minus(ABANDONED));
    }

    /** Returns whether a heap dump is complete: whether it ends with the record HEAP DUMP END. */
    private static boolean isWholeBlocking(Path dump) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(dump.toFile(), "r")) {
            if (file.length() < RECORD_HEADER) {
                return false;
            }
            file.seek(file.length() - RECORD_HEADER);
            int tag = file.read();
            file.skipBytes(Integer.BYTES);
            return tag == HEAP_DUMP_END && file.readInt() == 0;
        }
    }
}
