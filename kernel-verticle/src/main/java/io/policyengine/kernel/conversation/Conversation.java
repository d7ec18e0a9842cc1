package io.policyengine.kernel.conversation;

import io.policyengine.core.log.LogFields;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The conversation in one direction of an exchange: where it stands in the table, and the messages that wait for the answer to one
 * before.
 *
 * @param <M> a message
 */
public final class Conversation<M> {
    private static final Logger LOG = LoggerFactory.getLogger("io.policyengine.kernel.conversation");

    private DirectionState state = DirectionState.IDLE;
    private @Nullable Deque<M> held;

    /** A conversation in which nothing has been said. */
    public Conversation() {}

    /** True if a message has come. */
    public boolean hasBegun() {
        return state != DirectionState.IDLE;
    }

    /** True if nothing of it is at work any more, and nothing more can come. */
    public boolean isOver() {
        return state == DirectionState.DONE || state == DirectionState.REPLACED;
    }

    /** Takes the step of the table and says what is to be done. */
    public Transition.Action take(DirectionEvent event) {
        LOG.atTrace()
                .addKeyValue(LogFields.STATE, state)
                .addKeyValue(LogFields.EVENT, event)
                .log("conversation step");
        Transition step = Transition.of(state, event);
        state = step.next();
        return step.action();
    }

    /** Keeps a message until what is at work is answered. */
    public void hold(M message) {
        if (held == null) {
            held = new ArrayDeque<>(2);
        }
        held.add(message);
    }

    /** Drops the waiting messages, each released first. */
    public void dropHeld(Consumer<M> letGo) {
        if (held != null) {
            held.forEach(letGo);
            held = null;
        }
    }

    /** True if messages wait. */
    public boolean isHolding() {
        return held != null && !held.isEmpty();
    }

    /** True if the end of the body has come. */
    public boolean isBodyOver() {
        return state == DirectionState.LAST_BODY || state == DirectionState.DONE;
    }

    /** True if headers are at work, and they are all there is. */
    public boolean isAtLastHeaders() {
        return state == DirectionState.LAST_HEADERS;
    }

    /** True if an answer is owed. */
    public boolean owesAnswer() {
        return state.owesAnswer();
    }

    /** True if an answer is owed, or will be when the body is whole. */
    public boolean isUnanswered() {
        return owesAnswer() || state == DirectionState.GATHERING;
    }

    /** The next message that waits, if none is at work. */
    public @Nullable M nextHeld() {
        return held == null || owesAnswer() ? null : held.poll();
    }
}
