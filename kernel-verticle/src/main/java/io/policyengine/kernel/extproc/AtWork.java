package io.policyengine.kernel.extproc;

import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.kernel.envoy.BodyMode;
import io.policyengine.kernel.envoy.EnvoyMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the message at work in one direction holds of the budget of bytes, and of Envoy's patience. */
final class AtWork {
    private final Exchange exchange;
    private final LoopContext loop;

    /** Give back what the messages hold whose bytes are in use. */
    private final List<Runnable> held = new ArrayList<>(1);

    /** Asks Envoy to wait longer, if the answer that is owed takes long. */
    private DeadlineWheel.@Nullable Deadline moreTime;

    AtWork(Exchange exchange, LoopContext loop) {
        this.exchange = exchange;
        this.loop = loop;
    }

    /** A message is taken up. */
    void add(EnvoyMessage message) {
        held.add(message.releaser());
    }

    /** Takes room for bytes that no message of Envoy's counts; if there is none, the exchange is refused. */
    boolean reserve(int bytes) {
        Runnable reserved = exchange.reserve(bytes);
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
    void owesAnswer(BodyMode mode) {
        if (moreTime == null && mode.hasMessageTimeout()) {
            moreTime = loop.askForMoreTime(() ->
                    exchange.write(loop.writer().moreTime(loop.config().envoy().maxMessageTimeout())));
        }
    }

    /** Nothing is owed any more, or nobody waits for it. */
    void owesNothing() {
        if (moreTime != null) {
            moreTime.cancel();
            moreTime = null;
        }
    }

    /** Nothing is answered: the bytes are of no use any more. */
    void drop() {
        held.forEach(Runnable::run);
        held.clear();
    }

    /** An answer takes as much memory as what it answers, and holds its place of the budget until it has left. */
    void releaseWhenWritten() {
        List<Runnable> answered = List.copyOf(held);
        held.clear();
        exchange.whenWritten(() -> answered.forEach(Runnable::run));
    }
}
