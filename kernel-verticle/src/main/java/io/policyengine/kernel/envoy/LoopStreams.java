package io.policyengine.kernel.envoy;

import io.policyengine.kernel.account.Streams;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one event loop. If too many are open in the process, finally answered ones are closed first, in the
 * order of their answers: Envoy is too busy to have ended them. Then come those without any message, oldest first,
 * since Envoy sends the first message with the stream. If there are neither, a new stream is refused.
 */
final class LoopStreams {
    /** The number of answered streams that are searched for one whose answer has been sent. */
    private static final int LOOK = 8;

    private final Streams.OfLoop all;
    private final Line answered = new Line();
    private final Line silent = new Line();

    LoopStreams(Streams all) {
        this.all = all.join();
    }

    /** Opens a stream if there is room or room can be made; returns false if it is refused. */
    boolean tryOpen() {
        if (all.tryOpen()) {
            return true;
        }
        EnvoyStream over = firstWritten();
        if (over == null) {
            over = silent.first;
        }
        if (over != null) {
            over.cut();
            if (all.tryOpen()) {
                return true;
            }
        }
        all.refuse();
        return false;
    }

    boolean isCrowded() {
        return all.isCrowded();
    }

    private @Nullable EnvoyStream firstWritten() {
        EnvoyStream next = answered.first;
        for (int looks = LOOK; looks > 0 && next != null; looks--) {
            if (next.isWritten()) {
                return next;
            }
            next = next.place().after;
        }
        return null;
    }

    /** Adds an opened stream to the silent ones, unless it is answered already. */
    void opened(EnvoyStream stream) {
        if (stream.place().line == null) {
            silent.add(stream);
        }
    }

    /** Records a message on a stream. */
    void heard(EnvoyStream stream) {
        Place place = stream.place();
        if (place.line == silent) {
            place.leave();
        }
    }

    /** Records that a stream is finally answered and no longer read. */
    void answered(EnvoyStream stream) {
        Place place = stream.place();
        if (place.line != answered) {
            place.leave();
            answered.add(stream);
        }
    }

    void close(EnvoyStream stream) {
        stream.place().leave();
        all.close();
    }

    /** Streams in order of arrival, as a linked list: removal takes constant time. */
    private static final class Line {
        private @Nullable EnvoyStream first;
        private @Nullable EnvoyStream last;

        void add(EnvoyStream stream) {
            Place place = stream.place();
            place.line = this;
            place.before = last;
            if (last == null) {
                first = stream;
            } else {
                last.place().after = stream;
            }
            last = stream;
        }
    }

    /** A stream's links in its line; {@code line} is null if it is in none. */
    static final class Place {
        private @Nullable Line line;
        private @Nullable EnvoyStream before;
        private @Nullable EnvoyStream after;

        private void leave() {
            Line left = line;
            if (left == null) {
                return;
            }
            if (before == null) {
                left.first = after;
            } else {
                before.place().after = after;
            }
            if (after == null) {
                left.last = before;
            } else {
                after.place().before = before;
            }
            line = null;
            before = null;
            after = null;
        }
    }
}
