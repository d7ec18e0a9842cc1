package io.policyengine.kernel.body;

import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.kernel.envoy.BodyMode;
import io.policyengine.kernel.envoy.EnvoyMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer that is owed in one direction: what its message holds of the budget of bytes, and of Envoy's patience. */
public final class PendingAnswer {
    private final BodyHost host;
    private final BodyTools tools;

    /** Give back what the messages hold whose bytes are in use. */
    private final List<Runnable> held = new ArrayList<>(1);

    /** Asks Envoy to wait longer, if the answer that is owed takes long. */
    private DeadlineWheel.@Nullable Deadline moreTime;

    /** Nothing is owed. */
    public PendingAnswer(BodyHost host, BodyTools tools) {
        this.host = host;
        this.tools = tools;
    }

    /** A message is taken up. */
    public void add(EnvoyMessage message) {
        held.add(message.releaser());
    }

    /** Takes room for bytes that no message of Envoy's counts; if there is none, the exchange is refused. */
    boolean reserve(int bytes) {
        Runnable reserved = host.reserve(bytes);
        if (reserved != null) {
            held.add(reserved);
        }
        return reserved != null;
    }

    /** What the messages at work hold belongs to the caller from now on, who keeps their bytes beyond the answer. */
    List<Runnable> hand() {
        List<Runnable> handed = List.copyOf(held);
        held.clear();
        return handed;
    }

    /** An answer is owed, for which Envoy does not wait for ever. */
    public void isOwed(BodyMode mode) {
        if (moreTime == null && mode.hasMessageTimeout()) {
            moreTime = tools.askForMoreTime(() ->
                    host.write(tools.writer().moreTime(tools.config().envoy().maxMessageTimeout())));
        }
    }

    /** Nothing is owed any more, or nobody waits for it. */
    public void isNotOwed() {
        if (moreTime != null) {
            moreTime.cancel();
            moreTime = null;
        }
    }

    /** Nothing is answered: the bytes are of no use any more. */
    public void drop() {
        held.forEach(Runnable::run);
        held.clear();
    }

    /** An answer takes as much memory as what it answers, and holds its place of the budget until it has left. */
    public void releaseWhenWritten() {
        if (held.size() == 1) {
            host.whenWritten(held.removeFirst());
        } else if (!held.isEmpty()) {
            List<Runnable> answered = hand();
            host.whenWritten(() -> answered.forEach(Runnable::run));
        }
    }
}
