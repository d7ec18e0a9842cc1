package io.policyengine.policies.budget;

import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.Metadata;
import io.policyengine.policies.ai.Usage;
import io.policyengine.policies.counting.Limits;
import io.policyengine.policies.counting.Reservation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A reservation whose exchange has not ended. Immutable.
 *
 * @param model null if nobody knows which it is
 * @param reserved tokens
 * @param status of the answer; 0 before it has begun
 * @param usage that the answer has told so far
 * @param isSeen whether the body of the answer is read here
 */
record Pending(
        Reservation reservation, @Nullable String model, Tokens reserved, int status, Usage usage, boolean isSeen) {
    private static final String KEY = ".reservation";
    private static final int FIRST_ERROR = 400;
    /** Octets that a token of an answer stands for at most: who tells fewer tokens than its text has is not believed. */
    private static final int LONGEST_TOKEN = 16;

    /** A reservation that was just made. */
    Pending(Reservation reservation, @Nullable String model, Tokens reserved) {
        this(reservation, model, reserved, 0, Usage.NONE, false);
    }

    /** The same, whose answer has begun. */
    Pending answered(int withStatus) {
        return new Pending(reservation, model, reserved, withStatus, usage, isSeen);
    }

    /** The same, whose answer has told this. */
    Pending told(Usage soFar) {
        return new Pending(reservation, model, reserved, status, soFar, isSeen);
    }

    /** The same, the body of whose answer is read. */
    Pending seen() {
        return new Pending(reservation, model, reserved, status, usage, true);
    }

    /** Leaves it for the response. */
    SetMetadata instruction(String prefix) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("reservation", reservation.toJson());
        json.put("input", reserved.input()).put("output", reserved.output());
        if (model != null) {
            json.put("model", model);
        }
        return new SetMetadata(prefix + KEY, json);
    }

    /** The one that the request has left; empty if there is none. */
    static Optional<Pending> of(Metadata metadata, String prefix, Limits limits) {
        JsonNode json = metadata.get(prefix + KEY);
        if (json == null) {
            return Optional.empty();
        }
        String model = json.path("model").isString() ? json.path("model").stringValue() : null;
        Tokens reserved =
                new Tokens(json.path("input").asLong(0), 0, json.path("output").asLong(0));
        return Reservation.of(json.get("reservation"), limits).map(kept -> new Pending(kept, model, reserved));
    }

    /** True if the answer has begun. */
    boolean isAnswered() {
        return status > 0;
    }

    /**
     * The tokens that are charged; empty for none.
     *
     * @param isComplete false if the answer has broken off
     * @param charsPerToken octets of text that are taken for one token
     */
    Optional<Tokens> charged(boolean isComplete, int charsPerToken) {
        boolean tellsInput = isBelievable(usage.input());
        boolean tellsOutput = isBelievable(usage.output());
        if (status >= FIRST_ERROR && !tellsInput && !tellsOutput) {
            return Optional.empty();
        }
        long input = tellsInput ? usage.input() : reserved.input();
        return Optional.of(
                new Tokens(input, Math.max(0, usage.cached()), output(isComplete, tellsOutput, charsPerToken)));
    }

    private long output(boolean isComplete, boolean isTold, int charsPerToken) {
        if (isTold) {
            return Math.max(usage.output(), usage.textBytes() / LONGEST_TOKEN);
        }
        // What was reserved is no bound of the answer: the request may not have said one, or said it to another
        // interface.
        long inText = Math.max(1, Math.ceilDiv(usage.textBytes(), charsPerToken));
        return isComplete || !isSeen ? Math.max(reserved.output(), inText) : inText;
    }

    private static boolean isBelievable(long tokens) {
        return tokens >= 0 && tokens <= Tokens.MOST;
    }
}
