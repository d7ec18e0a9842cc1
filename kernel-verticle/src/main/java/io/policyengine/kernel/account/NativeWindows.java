package io.policyengine.kernel.account;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The native memory that the decoders and encoders of all bodies of a kernel hold, outside of the heap: at most
 * {@code limits.max_window_bytes}, as {@link io.policyengine.core.coding.BodyCoder} tells it. For all threads.
 */
public final class NativeWindows {
    private final AtomicLong held = new AtomicLong();

    /** Windows of which none is held. */
    public NativeWindows() {}

    /** The bytes that are held. */
    public long held() {
        return held.get();
    }

    /** The share of one coder of a body. Confined to one thread at a time, and given back once. */
    public final class Share {
        private final long max;
        private long own;

        /**
         * A share of nothing.
         *
         * @param max bytes of all shares at most
         */
        public Share(long max) {
            this.max = max;
        }

        /** Holds so much from now on; false if there is no room for more, and nothing changes. */
        public boolean resize(long bytes) {
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
