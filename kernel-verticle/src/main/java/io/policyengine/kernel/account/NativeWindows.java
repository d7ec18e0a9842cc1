package io.policyengine.kernel.account;

import io.policyengine.core.capacity.Capacity;
import java.util.List;

/**
 * The native memory of the decoders and encoders of all bodies, as {@link io.policyengine.core.coding.BodyCoder}
 * reports it. It is bounded by {@code limits.max_window_bytes} in total, and by the {@link Share} of each route and
 * client. Thread-safe.
 */
public final class NativeWindows {
    private final Capacity held = Capacity.open();

    NativeWindows() {}

    long held() {
        return held.taken();
    }

    /** The native memory of one decoder or encoder. Confined to one thread at a time, and released once. */
    public final class Window {
        private final long max;
        private final List<Share> shares;
        private long own;

        /**
         * Creates the window of a decoder or encoder that has no memory yet.
         *
         * @param max maximum bytes of all windows
         * @param shares the shares of the route and of the client in which the window counts
         */
        Window(long max, List<Share> shares) {
            this.max = max;
            this.shares = shares;
        }

        /**
         * Sets the size to {@code bytes}. Returns false, and changes nothing, if the maximum is reached or a share is
         * exhausted.
         */
        public boolean resize(long bytes) {
            long more = bytes - own;
            if (more > 0 && !isFair(more)) {
                return false;
            }
            if (more > 0 && !held.tryTakeWithin(more, max)) {
                return false;
            }
            if (more < 0) {
                held.give(-more);
            }
            for (Share share : shares) {
                share.windows().take(more);
            }
            own = bytes;
            return true;
        }

        private boolean isFair(long more) {
            long free = max - held.taken();
            for (Share share : shares) {
                if (!share.windows().mayTake(more, max, free)) {
                    return false;
                }
            }
            return true;
        }
    }
}
