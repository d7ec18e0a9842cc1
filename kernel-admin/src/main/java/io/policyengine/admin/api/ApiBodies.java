package io.policyengine.admin.api;

import io.policyengine.core.capacity.Capacity;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes held by the bodies of unanswered requests: at most {@link #MAX} in total, since their trees and texts take
 * many times as much heap. Thread-safe.
 */
final class ApiBodies {
    /** The most bytes of one body: a share of the heap, but not beyond 16 MiB. */
    static final int MAX_OF_ONE =
            Math.toIntExact(Math.min(16L * 1024 * 1024, Runtime.getRuntime().maxMemory() / 128));
    /** The most bytes of a body whose caller may not write files. */
    static final int MAX_OF_OPERATORS = 64 * 1024;

    private static final long MAX = 2L * MAX_OF_ONE;

    private final Capacity held = new Capacity(MAX);

    /** The bytes that one body holds. */
    final class Share {
        private final AtomicLong own = new AtomicLong();

        /** Holds more; false if there is no room for it. */
        boolean take(int bytes) {
            if (!held.tryTake(bytes)) {
                return false;
            }
            own.addAndGet(bytes);
            return true;
        }

        /** Holds nothing from now on. */
        void release() {
            held.give(own.getAndSet(0));
        }
    }

    /** A share that holds nothing yet. */
    Share share() {
        return new Share();
    }

    static ApiProblem busy() {
        return new ApiProblem(
                ApiProblem.Code.BUSY,
                "the bodies of requests under way hold the " + MAX
                        + " bytes that all together may have: send it again");
    }
}
