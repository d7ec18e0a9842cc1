package io.policyengine.app.process;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import io.policyengine.core.dump.DumpFolder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The heap dump that is written before the process ends because its heap is full: by the JVM at an {@link
 * OutOfMemoryError}, or by {@link HeapWatch}. One dump of a process is kept: while the file exists, no other is written.
 */
public final class MemoryDump {
    private static final Logger LOG = LoggerFactory.getLogger("io.policyengine.process.heap");
    private static final String ENDING = "oom.hprof";
    private static final String PATH = "HeapDumpPath";

    /** The place of the dump; null if none is written. */
    private static volatile @Nullable Path place;

    private MemoryDump() {}

    /**
     * Lets the JVM write a heap dump to the state directory. Without a usable directory, it writes none. Options of the
     * command line that name another place stay in force.
     *
     * @param process name of the process, with which the file's name begins
     */
    public static void enableBlocking(Path state, String process) {
        HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        try {
            DumpFolder folder = DumpFolder.openBlocking(state, process);
            folder.cleanBlocking(ENDING, InstantSource.system().instant());
            if (jvm.getVMOption(PATH).getOrigin() != VMOption.Origin.DEFAULT) {
                return;
            }
            folder.requireRoomBlocking(Runtime.getRuntime().maxMemory());
            Path dump = folder.file(ENDING);
            if (Files.exists(dump, LinkOption.NOFOLLOW_LINKS)) {
                LOG.warn(
                        "{} is the heap dump of an earlier process that ran out of memory; move it away, since no other is"
                                + " written while it exists",
                        dump);
            }
            jvm.setVMOption(PATH, dump.toString());
            jvm.setVMOption("HeapDumpOnOutOfMemoryError", "true");
            place = dump;
        } catch (IOException | IllegalArgumentException unusable) {
            LOG.info("no heap dump would be written if the heap were full: {}", unusable.getMessage());
        }
    }

    /** Writes the dump of a heap that is full although no {@link OutOfMemoryError} occurred. */
    static void writeBlocking() {
        Path dump = place;
        if (dump == null || Files.exists(dump, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(dump.toString(), false);
        } catch (IOException failure) {
            LOG.error("the heap dump {} cannot be written: {}", dump, failure.getMessage());
        }
    }
}
