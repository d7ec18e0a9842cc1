package io.policyengine.kernel.extproc;

import io.policyengine.kernel.envoy.EnvoyMessage;
import io.policyengine.kernel.envoy.Message;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where one direction of an exchange stands in the table, and the messages that wait for the answer to one before. */
final class Direction {
    private static final Logger LOG = LoggerFactory.getLogger("io.policyengine.kernel.conversation");

    private DirectionState state = DirectionState.IDLE;
    private @Nullable Deque<HeldMessage> held;

    /** A message that waits. */
    record HeldMessage(Message kind, EnvoyMessage message) {}

    boolean hasBegun() {
        return state != DirectionState.IDLE;
    }

    /** Whether nothing more of it is at work, and nothing more can come. */
    boolean isOver() {
        return state == DirectionState.DONE || state == DirectionState.REPLACED;
    }

    /** Takes the step of the table and says what is to be done. */
    Transition.Action take(DirectionEvent event) {
        LOG.atTrace().addKeyValue("state", state).addKeyValue("event", event).log("conversation step");
        Transition step = Transition.of(state, event);
        state = step.next();
        return step.action();
    }

    void hold(Message kind, EnvoyMessage message) {
        if (held == null) {
            held = new ArrayDeque<>(2);
        }
        held.add(new HeldMessage(kind, message));
    }

    /** Forgets what was held. */
    void dropHeld() {
        if (held != null) {
            held.forEach(waiting -> waiting.message().release());
            held = null;
        }
    }

    /** Whether messages wait. */
    boolean isHolding() {
        return held != null && !held.isEmpty();
    }

    /** Whether headers are at work that are all there is. */
    boolean isAtLastHeaders() {
        return state == DirectionState.LAST_HEADERS;
    }

    /** Whether an answer is owed. */
    boolean owesAnswer() {
        return state.owesAnswer();
    }

    /** Whether the answer to the headers waits for the whole body. */
    boolean isGathering() {
        return state == DirectionState.GATHERING;
    }

    /** Whether an answer is owed, or will be when the body is whole. */
    boolean isUnanswered() {
        return owesAnswer() || state == DirectionState.GATHERING;
    }

    /** The next message that waits, if none is at work. */
    @Nullable
    HeldMessage nextHeld() {
        return held == null || owesAnswer() ? null : held.poll();
    }
}
