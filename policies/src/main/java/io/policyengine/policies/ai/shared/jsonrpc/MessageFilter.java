package io.policyengine.policies.ai.shared.jsonrpc;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** A policy's decision about each message of a server. */
public interface MessageFilter {
    /** Decides about a message. May be called off the event loop, but for one message at a time. */
    Fate judge(JsonRpcMessage message);

    /** Decides about an object that may be a document other than a message; empty if the object must be a message. */
    default Optional<Fate> judgeDocument(ObjectNode object) {
        return Optional.empty();
    }

    /** The decision about a message. */
    sealed interface Fate {
        /** The message passes unchanged. */
        record Passes() implements Fate {}

        /** The message is replaced by another one. */
        record Replaced(ObjectNode by) implements Fate {}

        /** The message is removed. */
        record Dropped() implements Fate {}

        Fate PASSES = new Passes();

        Fate DROPPED = new Dropped();
    }
}
