package io.policyengine.kernel.body;

import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.kernel.account.Held;
import io.policyengine.kernel.envoy.BodyMode;
import io.policyengine.kernel.envoy.EnvoyMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer that is owed in one direction: what its message holds of the account, and of Envoy's patience. */
public final class PendingAnswer {
    private final BodyHost host;
    private final BodyTools tools;

    /** Held by the first message whose bytes are in use; null if none are. */
    private @Nullable Held first;

    /** Held by others, and by what was made of them. */
    private List<Held> more = List.of();

    /** Asks Envoy to wait longer, if the answer that is owed takes long. */
    private DeadlineWheel.@Nullable Deadline moreTime;

    /** Creates a state without a pending answer. */
    public PendingAnswer(BodyHost host, BodyTools tools) {
        this.host = host;
        this.tools = tools;
    }

    /** A message is taken up. */
    public void add(EnvoyMessage message) {
        add(message.held());
    }

    /** Reserves memory for bytes that are not part of Envoy's messages; otherwise the exchange is refused. */
    boolean reserve(int bytes) {
        Held reserved = host.holdBody(bytes);
        if (reserved != null) {
            add(reserved);
        }
        return reserved != null;
    }

    /** Releases these bytes, too, when the answer has left. */
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

    /**
     * Transfers so many of the reserved bytes, or as many as there are, to another owner: its answer will not replace
     * them.
     */
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

    /** An answer is owed, for which Envoy does not wait for ever. */
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

    /** An answer takes as much memory as what it answers, and holds its place until it has left. */
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
