package io.policyengine.kernel.conversation;

import io.policyengine.core.log.LogFields;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The conversation in one direction of an exchange: its current state, and the messages that wait for the answer to an
 * earlier message.
 *
 * @param <M> a message
 */
public final class Conversation<M> {
    private static final Logger LOG = LoggerFactory.getLogger("io.policyengine.kernel.conversation");

    private DirectionState state = DirectionState.IDLE;
    private @Nullable Deque<M> held;

    public Conversation() {}

    public boolean hasBegun() {
        return state != DirectionState.IDLE;
    }

    /** Returns whether the direction is finished, so that no answer is or will be pending. */
    public boolean isOver() {
        return state == DirectionState.DONE || state == DirectionState.REPLACED;
    }

    /** Advances the state as {@link Transition} defines, and returns the engine's action. */
    public Transition.Action take(DirectionEvent event) {
        LOG.atTrace()
                .addKeyValue(LogFields.STATE, state)
                .addKeyValue(LogFields.EVENT, event)
                .log("a direction of the exchange processes an event");
        Transition step = Transition.of(state, event);
        state = step.next();
        return step.action();
    }

    /** Keeps a message until the current one is answered. */
    public void hold(M message) {
        if (held == null) {
            held = new ArrayDeque<>(2);
        }
        held.add(message);
    }

    /** Drops the waiting messages. {@code release} releases each of them first. */
    public void dropHeld(Consumer<M> release) {
        if (held != null) {
            held.forEach(release);
            held = null;
        }
    }

    public boolean isHolding() {
        return held != null && !held.isEmpty();
    }

    /** Returns whether the body has ended. */
    public boolean isBodyOver() {
        return state == DirectionState.LAST_BODY || state == DirectionState.DONE;
    }

    /** Returns whether headers that are the whole message still await their answer. */
    public boolean isAtLastHeaders() {
        return state == DirectionState.LAST_HEADERS;
    }

    public boolean owesAnswer() {
        return state.owesAnswer();
    }

    /** Returns whether an answer is pending, or will be once the whole body has arrived. */
    public boolean isUnanswered() {
        return owesAnswer() || state == DirectionState.GATHERING;
    }

    /** Returns the next waiting message, or null if no message waits or an answer is pending. */
    public @Nullable M nextHeld() {
        return held == null || owesAnswer() ? null : held.poll();
    }
}
