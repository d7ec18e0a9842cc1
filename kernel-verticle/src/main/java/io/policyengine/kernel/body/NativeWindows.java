package io.policyengine.kernel.body;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The native memory that the decoders of all bodies of a kernel hold, outside of the heap: at most
 * {@code limits.max_window_bytes}. A decoder is counted with what came out of it, up to its window: that much of the window is in use.
 * For all threads.
 */
public final class NativeWindows {
    private final AtomicLong held = new AtomicLong();

    /** Windows of which none is held. */
    public NativeWindows() {}

    /** The bytes that are held. */
    public long held() {
        return held.get();
    }

    /** The share of one body's decoder. Confined to one thread at a time, and given back once. */
    final class Share {
        private final long max;
        private long own;

        /**
         * A share of nothing.
         *
         * @param max bytes of all shares at most
         */
        Share(long max) {
            this.max = max;
        }

        /** Holds so much from now on; false if there is no room for more, and nothing changes. */
        boolean resize(long bytes) {
            long more = bytes - own;
            if (held.addAndGet(more) > max && more > 0) {
                held.addAndGet(-more);
                return false;
            }
            own = bytes;
            return true;
        }
    }
}
