package io.policyengine.kernel.body;

import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.kernel.account.MemoryReservation;
import io.policyengine.kernel.envoy.BodyMode;
import io.policyengine.kernel.envoy.EnvoyMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer that the engine owes Envoy in one direction, with the memory of the messages to be answered and the
 * extension of Envoy's timeout.
 */
public final class PendingAnswer {
    private final BodyHost host;
    private final BodyTools tools;

    /** The reservation of the first message that the answer will release, or null. */
    private @Nullable MemoryReservation first;

    /** The reservations of further messages that the answer will release, and of data derived from messages. */
    private List<MemoryReservation> more = List.of();

    private DeadlineWheel.@Nullable Deadline moreTime;

    public PendingAnswer(BodyHost host, BodyTools tools) {
        this.host = host;
        this.tools = tools;
    }

    /** Adds the reservation of a message that is being processed. */
    public void add(EnvoyMessage message) {
        add(message.held());
    }

    /**
     * Reserves memory in addition to the memory of Envoy's messages. If no memory is free, refuses the exchange and
     * returns false.
     */
    boolean reserve(int bytes) {
        MemoryReservation reserved = host.holdBody(bytes);
        if (reserved != null) {
            add(reserved);
        }
        return reserved != null;
    }

    void add(@Nullable MemoryReservation held) {
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

    /**
     * Moves reserved bytes to another reservation, because the answer will not replace them.
     *
     * @param most maximum number of bytes to move
     */
    void passOn(MemoryReservation to, long most) {
        long left = most;
        if (first != null) {
            left -= to.takeFrom(first, left);
        }
        for (MemoryReservation held : more) {
            left -= to.takeFrom(held, left);
        }
    }

    /**
     * Transfers the reservations of the current messages to the caller, which keeps the messages' bytes after the
     * answer.
     */
    List<MemoryReservation> hand() {
        List<MemoryReservation> handed = new ArrayList<>(more);
        if (first != null) {
            handed.addFirst(first);
        }
        first = null;
        more = List.of();
        return handed;
    }

    /** Records that an answer is pending. Schedules a request for more time before Envoy's timeout. */
    public void isOwed(BodyMode mode) {
        if (moreTime == null && mode.hasMessageTimeout()) {
            moreTime = tools.askForMoreTime(() ->
                    host.write(tools.writer().moreTime(tools.config().envoy().maxMessageTimeout())));
        }
    }

    /** Cancels the request for more time, because the answer is sent or no longer expected. */
    public void isNotOwed() {
        if (moreTime != null) {
            moreTime.cancel();
            moreTime = null;
        }
    }

    /** Releases the reservations of all messages at once, without waiting for an answer. */
    public void drop() {
        hand().forEach(MemoryReservation::release);
    }

    /**
     * Releases the reservations once the answer has been sent. Until then the answer takes as much memory as the
     * messages.
     */
    public void releaseWhenWritten() {
        MemoryReservation only = first;
        if (only != null && more.isEmpty()) {
            first = null;
            host.releaseWhenWritten(only);
        } else if (only != null) {
            hand().forEach(host::releaseWhenWritten);
        }
    }
}
