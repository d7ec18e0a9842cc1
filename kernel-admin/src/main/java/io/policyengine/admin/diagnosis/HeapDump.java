package io.policyengine.admin.diagnosis;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.policyengine.admin.view.HeapDumpView;
import io.policyengine.core.dump.DiskFullException;
import io.policyengine.core.dump.DumpFolder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** A dump of the live objects of the heap. The JVM is stopped while it writes the dump. */
public final class HeapDump {
    /** The ending of the dump file's name. */
    private static final String ENDING = "heap.hprof";

    private HeapDump() {}

    /**
     * Writes a dump in place of the previous one.
     *
     * @throws DiskFullException if the disk might become full
     * @throws IOException if the dump cannot be written
     */
    public static HeapDumpView writeBlocking(DumpFolder folder) throws IOException {
        Runtime jvm = Runtime.getRuntime();
        folder.requireRoomBlocking(jvm.totalMemory() - jvm.freeMemory());
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
}
