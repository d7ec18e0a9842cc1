package io.policyengine.kernel.envoy;

import io.policyengine.kernel.account.Streams;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one event loop. If too many are open in the process, an open stream is closed before a new one is
 * opened. Streams that have a final answer, but that a busy Envoy has not ended yet, are closed first, in the order of
 * their answers. Next are the streams without a message, oldest first, because a healthy Envoy sends the first message
 * together with the stream. Without either kind, the new stream is refused.
 */
final class LoopStreams {
    /** Maximum number of answered streams to search for one whose answer has been sent. */
    private static final int LOOK = 8;

    private final Streams.OfLoop all;
    private final Line answered = new Line();
    private final Line silent = new Line();

    LoopStreams(Streams all) {
        this.all = all.join();
    }

    /** Opens a stream, after closing another one if necessary. Returns false if the stream is refused. */
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
            next = next.links().after;
        }
        return null;
    }

    /** Adds an opened stream to the streams without a message, unless it has already been answered. */
    void opened(EnvoyStream stream) {
        if (stream.links().line == null) {
            silent.add(stream);
        }
    }

    void heard(EnvoyStream stream) {
        Links links = stream.links();
        if (links.line == silent) {
            links.leave();
        }
    }

    /** Records that a stream has its final answer, and is no longer read. */
    void answered(EnvoyStream stream) {
        Links links = stream.links();
        if (links.line != answered) {
            links.leave();
            answered.add(stream);
        }
    }

    void close(EnvoyStream stream) {
        stream.links().leave();
        all.close();
    }

    /** A linked list of streams in the order in which they were added. A stream is removed in constant time. */
    private static final class Line {
        private @Nullable EnvoyStream first;
        private @Nullable EnvoyStream last;

        void add(EnvoyStream stream) {
            Links links = stream.links();
            links.line = this;
            links.before = last;
            if (last == null) {
                first = stream;
            } else {
                last.links().after = stream;
            }
            last = stream;
        }
    }

    /** A stream's links in its list; {@code line} is null if the stream is in no list. */
    static final class Links {
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
                before.links().after = after;
            }
            if (after == null) {
                left.last = before;
            } else {
                after.links().before = before;
            }
            line = null;
            before = null;
            after = null;
        }
    }
}
