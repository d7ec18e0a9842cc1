package io.policyengine.kernel.body;

import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.kernel.account.Held;
import io.policyengine.kernel.envoy.BodyMode;
import io.policyengine.kernel.envoy.EnvoyMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The pending answer in one direction, with the memory of its messages and the extension of Envoy's timeout. */
public final class PendingAnswer {
    private final BodyHost host;
    private final BodyTools tools;

    /** The reservation of the first message whose bytes are in use, or null. */
    private @Nullable Held first;

    /** The reservations of further messages, and of data derived from them. */
    private List<Held> more = List.of();

    /** The timer that requests more time from Envoy. */
    private DeadlineWheel.@Nullable Deadline moreTime;

    public PendingAnswer(BodyHost host, BodyTools tools) {
        this.host = host;
        this.tools = tools;
    }

    /** Adds the reservation of a message that is processed. */
    public void add(EnvoyMessage message) {
        add(message.held());
    }

    /** Reserves memory beyond Envoy's messages; if there is none, refuses the exchange and returns false. */
    boolean reserve(int bytes) {
        Held reserved = host.holdBody(bytes);
        if (reserved != null) {
            add(reserved);
        }
        return reserved != null;
    }

    /** Adds a reservation to release when the answer is sent. */
    void add(@Nullable Held held) {
        if (held == null) {
            return;
        }
        if (first == null) {
            first = held;
            return;
        }
        if (more.isEmpty()) {
            more = new ArrayList<>();
        }
        more.add(held);
    }

    /** Moves at most {@code most} reserved bytes, which the answer will not replace, to another reservation. */
    void passOn(Held to, long most) {
        long left = most;
        if (first != null) {
            left -= to.takeFrom(first, left);
        }
        for (Held held : more) {
            left -= to.takeFrom(held, left);
        }
    }

    /** Transfers the reservations of the current messages to the caller, who keeps their bytes beyond the answer. */
    List<Held> hand() {
        List<Held> handed = new ArrayList<>(more);
        if (first != null) {
            handed.addFirst(first);
        }
        first = null;
        more = List.of();
        return handed;
    }

    /** Records that an answer is pending, and requests more time from Envoy in good time. */
    public void isOwed(BodyMode mode) {
        if (moreTime == null && mode.hasMessageTimeout()) {
            moreTime = tools.askForMoreTime(() ->
                    host.write(tools.writer().moreTime(tools.config().envoy().maxMessageTimeout())));
        }
    }

    /** Records that no answer is pending, or that it is no longer awaited. */
    public void isNotOwed() {
        if (moreTime != null) {
            moreTime.cancel();
            moreTime = null;
        }
    }

    /** Releases the bytes without an answer. */
    public void drop() {
        hand().forEach(Held::release);
    }

    /** Releases the reservations once the answer, which takes as much memory as its messages, is sent. */
    public void releaseWhenWritten() {
        Held only = first;
        if (only != null && more.isEmpty()) {
            first = null;
            host.releaseWhenWritten(only);
        } else if (only != null) {
            hand().forEach(host::releaseWhenWritten);
        }
    }
}
