package io.policyengine.admin.view;

import io.policyengine.core.params.Doc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A platform thread of the kernel's process. */
@Doc("A platform thread of the kernel's process.")
public record ThreadView(
        @Doc("The thread's number.") long id,
        @Doc("The thread's name.") String name,
        @Doc("The thread's state, such as `RUNNABLE`.") String state,

        @Doc("The lock for which the thread waits; absent if it waits for none.") @Nullable
        String waitsFor,

        @Doc("The number of the thread that holds that lock; absent if unknown.") @Nullable
        Long heldBy,

        @Doc("The locks that the thread holds.") List<String> holds,

        @Doc("The thread's innermost frames, at most " + ThreadView.MAX_FRAMES + ".")
        List<String> stack) {
    /** Maximum number of frames per thread in a dump. */
    public static final int MAX_FRAMES = 100;

    /** Maximum number of threads in a dump. */
    public static final int MAX_THREADS = 1_000;

    /** A dump of the process's platform threads. */
    @Doc("The platform threads of the kernel's process, with their locks.")
    public record All(
            @Doc("Number of threads.") int threadCount,

            @Doc("Numbers of the threads that block each other (deadlock).")
            List<Long> deadlocked,

            @Doc("The threads: the first " + ThreadView.MAX_THREADS + ".")
            List<ThreadView> threads) {}
}
