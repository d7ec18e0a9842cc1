package io.policyengine.policies.ai.shared.jsonrpc;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** The part of a policy that decides about each message of a JSON-RPC server. */
public interface MessageFilter {
    /** Returns the decision about a message. May be called off the event loop, but for only one message at a time. */
    Fate judge(JsonRpcMessage message);

    /**
     * Returns the decision about a JSON object that may be a document other than a message; empty if it must be a
     * message.
     */
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
