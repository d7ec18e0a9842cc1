package io.policyengine.kernel.extproc;

import static io.policyengine.kernel.extproc.DirectionState.DONE;
import static io.policyengine.kernel.extproc.DirectionState.HEADERS;
import static io.policyengine.kernel.extproc.DirectionState.OPEN;
import static io.policyengine.kernel.extproc.DirectionState.REPLACED;

/**
 * One step of the ext_proc conversation in one direction.
 *
 * <p>{@link #of} is the whole table: what the engine does with every message in every state. The two directions of an exchange
 * are independent of each other; in each, answers leave in the order of the messages.
 */
public record Transition(DirectionState next, Action action) {
    /** What the engine does. */
    public enum Action {
        /** Runs the chain of this direction; the answer to the headers follows. */
        RUN_CHAIN,
        /** The headers were kept from us: answers the message if no policy had to see them, else refuses the exchange. */
        ANSWER_WITHOUT_HEADERS,
        /** Keeps the message until the headers are answered. */
        HOLD,
        /** Answers the body message. */
        ANSWER_BODY,
        /** Answers the trailers. */
        ANSWER_TRAILERS,
        /** Takes up the messages that were held. */
        RELEASE_HELD,
        /** Forgets the messages that were held. */
        DROP_HELD,
        /** Answers nothing: Envoy sent it before it knew that the message is replaced. */
        IGNORE,
        /** The peer breaks the protocol: ends the stream with an error. */
        REFUSE
    }

    /** The step that an event leads to. */
    public static Transition of(DirectionState state, DirectionEvent event) {
        return switch (state) {
            case IDLE ->
                switch (event) {
                    case HEADERS -> new Transition(DirectionState.HEADERS, Action.RUN_CHAIN);
                    case LAST_HEADERS -> new Transition(DirectionState.LAST_HEADERS, Action.RUN_CHAIN);
                    case BODY -> new Transition(OPEN, Action.ANSWER_WITHOUT_HEADERS);
                    case LAST_BODY, TRAILERS -> new Transition(DONE, Action.ANSWER_WITHOUT_HEADERS);
                    case ANSWERED, ANSWERED_BY_REPLACEMENT -> refuse(state);
                };
            case HEADERS ->
                switch (event) {
                    case BODY, LAST_BODY, TRAILERS -> new Transition(HEADERS, Action.HOLD);
                    case ANSWERED -> new Transition(OPEN, Action.RELEASE_HELD);
                    case ANSWERED_BY_REPLACEMENT -> new Transition(REPLACED, Action.DROP_HELD);
                    case HEADERS, LAST_HEADERS -> refuse(state);
                };
            case LAST_HEADERS ->
                switch (event) {
                    case ANSWERED -> new Transition(DONE, Action.RELEASE_HELD);
                    case ANSWERED_BY_REPLACEMENT -> new Transition(REPLACED, Action.DROP_HELD);
                    case HEADERS, LAST_HEADERS, BODY, LAST_BODY, TRAILERS -> refuse(state);
                };
            case OPEN ->
                switch (event) {
                    case BODY -> new Transition(OPEN, Action.ANSWER_BODY);
                    case LAST_BODY -> new Transition(DONE, Action.ANSWER_BODY);
                    case TRAILERS -> new Transition(DONE, Action.ANSWER_TRAILERS);
                    case HEADERS, LAST_HEADERS, ANSWERED, ANSWERED_BY_REPLACEMENT -> refuse(state);
                };
            case REPLACED ->
                switch (event) {
                    case BODY, LAST_BODY, TRAILERS -> new Transition(REPLACED, Action.IGNORE);
                    case HEADERS, LAST_HEADERS, ANSWERED, ANSWERED_BY_REPLACEMENT -> refuse(state);
                };
            case DONE -> refuse(state);
        };
    }

    private static Transition refuse(DirectionState state) {
        return new Transition(state, Action.REFUSE);
    }
}
