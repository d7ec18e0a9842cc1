package io.policyengine.kernel.extproc;

import io.policyengine.kernel.envoy.BodyMode;
import io.policyengine.kernel.envoy.EnvoyMessage;
import io.policyengine.kernel.envoy.Message;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One direction of an exchange: its state in the table, and the messages that wait for the answer to the headers. */
final class Direction {
    private final boolean request;
    private DirectionState state = DirectionState.IDLE;
    private BodyMode bodyMode = BodyMode.NONE;
    private @Nullable Deque<Held> held;

    private record Held(Message kind, EnvoyMessage message) {}

    Direction(boolean request) {
        this.request = request;
    }

    boolean isRequest() {
        return request;
    }

    boolean hasBegun() {
        return state != DirectionState.IDLE;
    }

    BodyMode bodyMode() {
        return bodyMode;
    }

    void setBodyMode(BodyMode mode) {
        bodyMode = mode;
    }

    /** Takes the step of the table and says what is to be done. */
    Transition.Action take(DirectionEvent event) {
        Transition step = Transition.of(state, event);
        state = step.next();
        return step.action();
    }

    void hold(Message kind, EnvoyMessage message) {
        if (held == null) {
            held = new ArrayDeque<>(2);
        }
        held.add(new Held(kind, message));
    }

    /** Forgets what was held. */
    void dropHeld() {
        release((_, message) -> message.release());
    }

    /** Whether the answer to its headers is owed. */
    boolean owesAnswer() {
        return state == DirectionState.HEADERS || state == DirectionState.LAST_HEADERS;
    }

    /** Hands over what was held, in order. */
    void release(BiConsumer<Message, EnvoyMessage> taker) {
        Deque<Held> waiting = held;
        held = null;
        if (waiting != null) {
            waiting.forEach(one -> taker.accept(one.kind(), one.message()));
        }
    }
}
