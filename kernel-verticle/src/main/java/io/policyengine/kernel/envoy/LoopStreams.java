package io.policyengine.kernel.envoy;

import io.policyengine.kernel.account.Streams;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The streams of one event loop. If too many are open in the process, those that are answered for good make room, in the order of their
 * answers: Envoy is too busy to have ended them. If there are none, a new stream is refused.
 */
final class LoopStreams {
    /** Answered streams that are looked at for one whose answer has left. */
    private static final int LOOK = 8;

    private final Streams all;
    private final Set<EnvoyStream> answered = new LinkedHashSet<>();

    LoopStreams(Streams all) {
        this.all = all;
    }

    /** True if there is room for one more stream, which is open from now on. */
    boolean tryOpen() {
        if (all.tryOpen()) {
            return true;
        }
        EnvoyStream over = answered.stream()
                .limit(LOOK)
                .filter(EnvoyStream::isWritten)
                .findFirst()
                .orElse(null);
        if (over != null) {
            over.cut();
            if (all.tryOpen()) {
                return true;
            }
        }
        all.refuse();
        return false;
    }

    /** Nothing more is read of a stream: it is answered for good. */
    void answered(EnvoyStream stream) {
        answered.add(stream);
    }

    /** A stream is over. */
    void close(EnvoyStream stream) {
        if (!answered.isEmpty()) {
            answered.remove(stream);
        }
        all.close();
    }
}
