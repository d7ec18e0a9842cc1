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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The heap dump that the JVM writes at an {@link OutOfMemoryError}, before the process ends. One dump of a process is
 * kept: while the file exists, the JVM writes no other.
 */
public final class MemoryDump {
    private static final Logger LOG = LoggerFactory.getLogger("io.policyengine.process.heap");
    private static final String ENDING = "oom.hprof";
    private static final String PATH = "HeapDumpPath";

    private MemoryDump() {}

    /**
     * Lets the JVM write a heap dump to the state directory; without a usable directory, it writes none. A command-line
     * option that names another place takes precedence.
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
        } catch (IOException | IllegalArgumentException unusable) {
            LOG.info("if the heap runs out, no heap dump will be written: {}", unusable.getMessage());
        }
    }
}
