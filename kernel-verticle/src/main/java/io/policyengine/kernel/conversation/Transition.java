package io.policyengine.kernel.conversation;

/**
 * A step of the ext_proc conversation in one direction.
 *
 * <p>{@link #of} defines the engine's action for every message in every state. The two directions of an exchange are
 * independent. In each direction, answers are sent in the order of the messages.
 */
public record Transition(DirectionState next, Action action) {
    /** The engine's reactions to an event. */
    public enum Action {
        /** Runs the direction's chain on the headers. */
        RUN_CHAIN,
        /** Answers a message whose headers Envoy did not send. If a policy needs the headers, refuses the exchange. */
        ANSWER_WITHOUT_HEADERS,
        /** Keeps the message until the current one is answered. */
        HOLD,
        /** Processes a body message: runs the policies that read it, then answers it. */
        TAKE_BODY,
        /** Keeps a chunk of the gathered body. */
        GATHER,
        /** Runs the policies that read the whole body, then answers headers, body and trailers. */
        RUN_GATHERED,
        /** Processes the trailers: first sends the bytes that policies held back, then answers the trailers. */
        TAKE_TRAILERS,
        /** Processes the next waiting message. */
        RELEASE_HELD,
        DROP_HELD,
        /**
         * Sends no answer: the message was replaced or ended, but Envoy did not know that yet when it sent this part.
         */
        IGNORE,
        /** Ends the stream with an error, because Envoy violated the protocol. */
        REFUSE
    }

    /** Returns the step that follows from an event in a state. */
    public static Transition of(DirectionState state, DirectionEvent event) {
        return switch (state) {
            case IDLE ->
                switch (event) {
                    case HEADERS -> new Transition(DirectionState.HEADERS, Action.RUN_CHAIN);
                    case LAST_HEADERS -> new Transition(DirectionState.LAST_HEADERS, Action.RUN_CHAIN);
                    case BODY -> new Transition(DirectionState.BODY, Action.ANSWER_WITHOUT_HEADERS);
                    case LAST_BODY -> new Transition(DirectionState.LAST_BODY, Action.ANSWER_WITHOUT_HEADERS);
                    case TRAILERS -> new Transition(DirectionState.TRAILERS, Action.ANSWER_WITHOUT_HEADERS);
                    case ANSWERED, REPLACED, WAITS_FOR_BODY -> refuse(state);
                };
            case HEADERS ->
                switch (event) {
                    case BODY, LAST_BODY, TRAILERS -> new Transition(state, Action.HOLD);
                    case ANSWERED -> new Transition(DirectionState.OPEN, Action.RELEASE_HELD);
                    case REPLACED -> new Transition(DirectionState.REPLACED, Action.DROP_HELD);
                    case WAITS_FOR_BODY -> new Transition(DirectionState.GATHERING, Action.RELEASE_HELD);
                    case HEADERS, LAST_HEADERS -> refuse(state);
                };
            case LAST_HEADERS ->
                switch (event) {
                    case ANSWERED -> new Transition(DirectionState.DONE, Action.RELEASE_HELD);
                    case REPLACED -> new Transition(DirectionState.REPLACED, Action.DROP_HELD);
                    case HEADERS, LAST_HEADERS, BODY, LAST_BODY, TRAILERS, WAITS_FOR_BODY -> refuse(state);
                };
            case GATHERING ->
                switch (event) {
                    case BODY -> new Transition(state, Action.GATHER);
                    case LAST_BODY -> new Transition(DirectionState.LAST_BODY, Action.RUN_GATHERED);
                    case TRAILERS -> new Transition(DirectionState.TRAILERS, Action.RUN_GATHERED);
                    case HEADERS, LAST_HEADERS, ANSWERED, REPLACED, WAITS_FOR_BODY -> refuse(state);
                };
            case OPEN ->
                switch (event) {
                    case BODY -> new Transition(DirectionState.BODY, Action.TAKE_BODY);
                    case LAST_BODY -> new Transition(DirectionState.LAST_BODY, Action.TAKE_BODY);
                    case TRAILERS -> new Transition(DirectionState.TRAILERS, Action.TAKE_TRAILERS);
                    case HEADERS, LAST_HEADERS, ANSWERED, REPLACED, WAITS_FOR_BODY -> refuse(state);
                };
            case BODY ->
                switch (event) {
                    case BODY, LAST_BODY, TRAILERS -> new Transition(state, Action.HOLD);
                    case ANSWERED -> new Transition(DirectionState.OPEN, Action.RELEASE_HELD);
                    case REPLACED -> new Transition(DirectionState.REPLACED, Action.DROP_HELD);
                    case HEADERS, LAST_HEADERS, WAITS_FOR_BODY -> refuse(state);
                };
            case LAST_BODY, TRAILERS ->
                switch (event) {
                    case ANSWERED -> new Transition(DirectionState.DONE, Action.RELEASE_HELD);
                    case HEADERS, LAST_HEADERS, BODY, LAST_BODY, TRAILERS, REPLACED, WAITS_FOR_BODY -> refuse(state);
                };
            case REPLACED ->
                switch (event) {
                    case BODY, LAST_BODY, TRAILERS -> new Transition(state, Action.IGNORE);
                    case HEADERS, LAST_HEADERS, ANSWERED, REPLACED, WAITS_FOR_BODY -> refuse(state);
                };
            case DONE -> refuse(state);
        };
    }

    private static Transition refuse(DirectionState state) {
        return new Transition(state, Action.REFUSE);
    }
}
