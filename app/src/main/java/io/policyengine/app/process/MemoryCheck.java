package io.policyengine.app.process;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.core.memory.ProcessMemory;
import org.slf4j.Logger;

/** The memory that the process may take, held against what its container or machine has, at the start. */
public final class MemoryCheck {
    private MemoryCheck() {}

    /** Throws {@link CommandFailure} if what is written has no room. */
    public static void refuse(ProcessMemory memory) {
        if (!memory.hasRoomForHeap()) {
            throw CommandFailure.usage("the heap does not fit: " + memory.describe()
                    + ". Lower it (POLICY_ENGINE_HEAP), or give the container more memory");
        }
    }

    /** Logs a warning if what is only a default may have no room. */
    public static void warn(ProcessMemory memory, Logger log) {
        if (!memory.hasRoomForDefaults()) {
            log.warn(
                    "the process may outgrow its memory: {}, and direct memory may have as much as the heap where "
                            + "-XX:MaxDirectMemorySize is not set. Lower the heap (POLICY_ENGINE_HEAP), set that option "
                            + "(POLICY_ENGINE_JAVA_OPTS), or give the container more memory",
                    memory.describe());
        }
    }
}
