package io.policyengine.policies.ai.shared.budget;

import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.Metadata;
import io.policyengine.policies.ai.shared.modelapi.Usage;
import io.policyengine.policies.traffic.shared.counting.Limits;
import io.policyengine.policies.traffic.shared.counting.Reservation;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A reservation whose exchange has not ended. Immutable.
 *
 * @param models one of which it is for; empty if nobody knows
 * @param reserved tokens
 * @param isBounded true if no answer takes more than is reserved
 * @param isInBackground true if the answer goes on where nobody waits for it
 * @param status of the answer; 0 before it has begun
 * @param usage that the answer has told so far
 * @param isSeen whether the body of the answer is read here
 */
record Pending(
        Reservation reservation,
        Set<String> models,
        Tokens reserved,
        boolean isBounded,
        boolean isInBackground,
        int status,
        Usage usage,
        boolean isSeen) {
    private static final String KEY = ".reservation";
    private static final int FIRST_ERROR = 400;
    /** Octets that a token of an answer stands for at most: who tells fewer tokens than its text has is not believed. */
    private static final int LONGEST_TOKEN = 16;

    /** A reservation that was just made. */
    Pending(Reservation reservation, Set<String> models, Tokens reserved, boolean isBounded, boolean isInBackground) {
        this(reservation, models, reserved, isBounded, isInBackground, 0, Usage.NONE, false);
    }

    /** The same, whose answer has begun. */
    Pending answered(int withStatus) {
        return new Pending(reservation, models, reserved, isBounded, isInBackground, withStatus, usage, isSeen);
    }

    /** The same, whose answer has told this. */
    Pending told(Usage soFar) {
        return new Pending(reservation, models, reserved, isBounded, isInBackground, status, soFar, isSeen);
    }

    /** The same, the body of whose answer is read. */
    Pending seen() {
        return new Pending(reservation, models, reserved, isBounded, isInBackground, status, usage, true);
    }

    /** Leaves it for the response. */
    SetMetadata instruction(String prefix) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("reservation", reservation.toJson());
        json.put("input", reserved.input())
                .put("output", reserved.output())
                .put("bounded", isBounded)
                .put("background", isInBackground);
        ArrayNode names = json.putArray("models");
        models.forEach(names::add);
        return new SetMetadata(prefix + KEY, json);
    }

    /** The one that the request has left; empty if there is none. */
    static Optional<Pending> of(Metadata metadata, String prefix, Limits limits) {
        JsonNode json = metadata.get(prefix + KEY);
        if (json == null) {
            return Optional.empty();
        }
        Set<String> models = new LinkedHashSet<>();
        json.path("models").forEach(name -> models.add(name.asString("")));
        Tokens reserved =
                new Tokens(json.path("input").asLong(0), 0, json.path("output").asLong(0));
        return Reservation.of(json.get("reservation"), limits)
                .map(kept -> new Pending(
                        kept,
                        models,
                        reserved,
                        json.path("bounded").asBoolean(false),
                        json.path("background").asBoolean(false)));
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
        // The text is an estimate, for which nobody pays more than a bound that the server was told. Without one, what
        // was reserved is a guess: paying no more would let those who say no bound read on for free.
        long estimated = Math.max(1, Math.ceilDiv(usage.textBytes(), charsPerToken));
        long inText = isBounded ? Math.min(reserved.output(), estimated) : estimated;
        return isComplete || !isSeen || isInBackground ? Math.max(reserved.output(), inText) : inText;
    }

    private static boolean isBelievable(long tokens) {
        return tokens >= 0 && tokens <= Tokens.MOST;
    }
}
