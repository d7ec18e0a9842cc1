package io.policyengine.policies.jsonrpc;

import tools.jackson.databind.node.ObjectNode;

/** A policy's look at each message that a server sends. */
@FunctionalInterface
public interface MessageFilter {
    /** Decides about a message. May be called off the event loop, for one message after the other. */
    Fate judge(JsonRpcMessage message);

    /** The fate of a message. */
    sealed interface Fate {
        /** It goes on as it is. */
        record Passes() implements Fate {}

        /** Another goes on in its place. */
        record Replaced(ObjectNode by) implements Fate {}

        /** Nothing goes on. */
        record Dropped() implements Fate {}

        /** It goes on as it is. */
        Fate PASSES = new Passes();

        /** Nothing goes on. */
        Fate DROPPED = new Dropped();
    }
}
