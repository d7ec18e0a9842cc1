package io.policyengine.admin.diagnosis;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.policyengine.admin.view.HeapDumpView;
import io.policyengine.core.dump.DumpFolder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** A dump of the live objects of the heap. The JVM stands still while it writes the dump. */
public final class HeapDump {
    /** The ending of the file's name. */
    private static final String ENDING = "heap.hprof";
    /** Bytes that must remain free on the disk beside a dump. */
    private static final long RESERVE = 256L << 20;

    private HeapDump() {}

    /**
     * Writes a dump, which replaces the previous one.
     *
     * @throws NoRoomException if the disk might become full
     * @throws IOException if the dump cannot be written
     */
    public static HeapDumpView writeBlocking(DumpFolder folder) throws IOException {
        Runtime jvm = Runtime.getRuntime();
        requireRoomBlocking(folder, jvm.totalMemory() - jvm.freeMemory());
        Path unfinished = folder.unfinished(ENDING);
        Path dump = folder.file(ENDING);
        Files.deleteIfExists(unfinished);
        try {
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(unfinished.toString(), true);
            Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rw-------"));
            Files.move(unfinished, dump, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
        return new HeapDumpView(dump.toString(), Files.size(dump));
    }

    /** Throws {@link NoRoomException} unless a file of this size leaves the reserve free. */
    static void requireRoomBlocking(DumpFolder folder, long bytes) throws IOException {
        long usable = folder.usableBytesBlocking();
        if (usable < bytes + RESERVE) {
            throw new NoRoomException(bytes + RESERVE, usable);
        }
    }
}
