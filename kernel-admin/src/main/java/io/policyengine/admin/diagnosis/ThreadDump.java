package io.policyengine.admin.diagnosis;

import io.policyengine.admin.view.ThreadView;
import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MonitorInfo;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** A dump of the platform threads with their locks. It stops the JVM for some milliseconds. */
public final class ThreadDump {
    private ThreadDump() {}

    /** Takes a dump of the threads, in the order of their numbers. */
    public static ThreadView.All takeBlocking() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        ThreadInfo[] dumped = threads.dumpAllThreads(true, true, ThreadView.MAX_FRAMES);
        long[] deadlocked = threads.findDeadlockedThreads();
        return new ThreadView.All(
                dumped.length,
                deadlocked == null
                        ? List.of()
                        : LongStream.of(deadlocked).boxed().toList(),
                Arrays.stream(dumped)
                        .sorted((one, other) -> Long.compare(one.getThreadId(), other.getThreadId()))
                        .limit(ThreadView.MAX_THREADS)
                        .map(ThreadDump::view)
                        .toList());
    }

    private static ThreadView view(ThreadInfo thread) {
        LockInfo awaited = thread.getLockInfo();
        return new ThreadView(
                thread.getThreadId(),
                thread.getThreadName(),
                thread.getThreadState().name(),
                awaited == null ? null : awaited.toString(),
                thread.getLockOwnerId() < 0 ? null : thread.getLockOwnerId(),
                Stream.concat(Arrays.stream(thread.getLockedMonitors()), Arrays.stream(thread.getLockedSynchronizers()))
                        .map(ThreadDump::text)
                        .toList(),
                Arrays.stream(thread.getStackTrace()).map(Object::toString).toList());
    }

    private static String text(LockInfo lock) {
        return lock instanceof MonitorInfo monitor && monitor.getLockedStackFrame() != null
                ? lock + " in " + monitor.getLockedStackFrame()
                : lock.toString();
    }
}
