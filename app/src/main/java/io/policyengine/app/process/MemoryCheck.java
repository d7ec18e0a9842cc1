package io.policyengine.app.process;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.core.memory.ProcessMemory;
import org.slf4j.Logger;

/** Checks at startup that the process's memory limits fit its container or machine. */
public final class MemoryCheck {
    private MemoryCheck() {}

    /** Throws {@link CommandFailure} if the heap does not fit the container or machine. */
    public static void refuse(ProcessMemory memory) {
        if (!memory.hasRoomForHeap()) {
            throw CommandFailure.usage("the heap does not fit: " + memory.describe()
                    + ". Lower it (POLICY_ENGINE_HEAP), or give the container more memory");
        }
    }

    /** Logs a warning if the JVM's default limits might not fit the container or machine. */
    public static void warn(ProcessMemory memory, Logger log) {
        if (!memory.hasRoomForDefaults()) {
            log.warn(
                    "the process may outgrow its memory: {}{}",
                    memory.describe(),
                    memory.writtenDirect() == 0
                            ? ", and direct memory may grow to the size of the heap, since -XX:MaxDirectMemorySize is "
                                    + "not set. Lower the heap (POLICY_ENGINE_HEAP), set that option "
                                    + "(POLICY_ENGINE_JAVA_OPTS), or give the container more memory"
                            : ". Lower the heap (POLICY_ENGINE_HEAP) or -XX:MaxDirectMemorySize "
                                    + "(POLICY_ENGINE_JAVA_OPTS), or give the container more memory");
        }
    }
}
