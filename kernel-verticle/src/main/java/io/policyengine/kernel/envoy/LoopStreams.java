package io.policyengine.kernel.envoy;

import io.policyengine.kernel.account.Streams;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one event loop. If too many are open in the process, those that are answered for good make room, in the order of their
 * answers: Envoy is too busy to have ended them. If there are none, a new stream is refused.
 */
final class LoopStreams {
    /** Answered streams that are looked at for one whose answer has left. */
    private static final int LOOK = 8;

    private final Streams all;
    /** The ends of the list of those that are answered, which are linked in the order of their answers. */
    private @Nullable EnvoyStream first;

    private @Nullable EnvoyStream last;

    /** The place of a stream in the list; a stream that is not answered has none. */
    static final class Place {
        private boolean isTaken;
        private @Nullable EnvoyStream before;
        private @Nullable EnvoyStream after;
    }

    LoopStreams(Streams all) {
        this.all = all;
    }

    /** True if there is room for one more stream, which is open from now on. */
    boolean tryOpen() {
        if (all.tryOpen()) {
            return true;
        }
        EnvoyStream over = firstWritten();
        if (over != null) {
            over.cut();
            if (all.tryOpen()) {
                return true;
            }
        }
        all.refuse();
        return false;
    }

    private @Nullable EnvoyStream firstWritten() {
        EnvoyStream next = first;
        for (int looks = LOOK; looks > 0 && next != null; looks--) {
            if (next.isWritten()) {
                return next;
            }
            next = next.place().after;
        }
        return null;
    }

    /** Nothing more is read of a stream: it is answered for good. */
    void answered(EnvoyStream stream) {
        Place place = stream.place();
        if (place.isTaken) {
            return;
        }
        place.isTaken = true;
        place.before = last;
        if (last == null) {
            first = stream;
        } else {
            last.place().after = stream;
        }
        last = stream;
    }

    /** A stream is over. */
    void close(EnvoyStream stream) {
        if (stream.place().isTaken) {
            unlink(stream.place());
        }
        all.close();
    }

    private void unlink(Place place) {
        if (place.before == null) {
            first = place.after;
        } else {
            place.before.place().after = place.after;
        }
        if (place.after == null) {
            last = place.before;
        } else {
            place.after.place().before = place.before;
        }
        place.before = null;
        place.after = null;
        place.isTaken = false;
    }
}
