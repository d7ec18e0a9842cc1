package io.policyengine.policies.ai.shared.jsonrpc;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** A policy's look at each message that a server sends. */
public interface MessageFilter {
    /** Decides about a message. May be called off the event loop, for one message after the other. */
    Fate judge(JsonRpcMessage message);

    /** Decides about an object that need be no message; empty if it is to be one. */
    default Optional<Fate> judgeDocument(ObjectNode object) {
        return Optional.empty();
    }

    /** The fate of a message. */
    sealed interface Fate {
        /** The message passes unchanged. */
        record Passes() implements Fate {}

        /** Another goes on in its place. */
        record Replaced(ObjectNode by) implements Fate {}

        /** The message is removed. */
        record Dropped() implements Fate {}

        /** The message passes unchanged. */
        Fate PASSES = new Passes();

        /** The message is removed. */
        Fate DROPPED = new Dropped();
    }
}
