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
 * The reservation of a running exchange. Immutable.
 *
 * @param models possible models; empty if unknown
 * @param reserved reserved tokens
 * @param isBounded true if no response can exceed the reservation
 * @param isInBackground true if the response is produced in the background
 * @param status status of the response; 0 before it has begun
 * @param usage usage reported so far
 * @param isSeen true if this process reads the body of the response
 */
record Pending(
        Reservation reservation,
        Set<String> models,
        TokenCounts reserved,
        boolean isBounded,
        boolean isInBackground,
        int status,
        Usage usage,
        boolean isSeen) {
    private static final String KEY = ".reservation";
    private static final int FIRST_ERROR = 400;
    /**
     * Maximum length of a token, in octets. If a response has more text than its reported tokens can hold, the charge
     * is computed from the text.
     */
    private static final int LONGEST_TOKEN = 16;

    Pending(
            Reservation reservation,
            Set<String> models,
            TokenCounts reserved,
            boolean isBounded,
            boolean isInBackground) {
        this(reservation, models, reserved, isBounded, isInBackground, 0, Usage.NONE, false);
    }

    Pending answered(int withStatus) {
        return new Pending(reservation, models, reserved, isBounded, isInBackground, withStatus, usage, isSeen);
    }

    Pending told(Usage soFar) {
        return new Pending(reservation, models, reserved, isBounded, isInBackground, status, soFar, isSeen);
    }

    Pending seen() {
        return new Pending(reservation, models, reserved, isBounded, isInBackground, status, usage, true);
    }

    /** Returns the instruction that stores the reservation in the metadata, for the response phase. */
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

    /** Returns the reservation in the metadata; empty if there is none. */
    static Optional<Pending> of(Metadata metadata, String prefix, Limits limits) {
        JsonNode json = metadata.get(prefix + KEY);
        if (json == null) {
            return Optional.empty();
        }
        Set<String> models = new LinkedHashSet<>();
        json.path("models").forEach(name -> models.add(name.asString("")));
        TokenCounts reserved = new TokenCounts(
                json.path("input").asLong(0), 0, json.path("output").asLong(0));
        return Reservation.of(json.get("reservation"), limits)
                .map(kept -> new Pending(
                        kept,
                        models,
                        reserved,
                        json.path("bounded").asBoolean(false),
                        json.path("background").asBoolean(false)));
    }

    boolean isAnswered() {
        return status > 0;
    }

    /**
     * Returns the tokens to charge; empty if nothing is charged, since the response is an error without usage.
     *
     * @param isComplete false if the response broke off
     * @param charsPerToken octets of text per token
     */
    Optional<TokenCounts> charged(boolean isComplete, int charsPerToken) {
        boolean tellsInput = isBelievable(usage.input());
        boolean tellsOutput = isBelievable(usage.output());
        if (status >= FIRST_ERROR && !tellsInput && !tellsOutput) {
            return Optional.empty();
        }
        long input = tellsInput ? usage.input() : reserved.input();
        return Optional.of(
                new TokenCounts(input, Math.max(0, usage.cached()), output(isComplete, tellsOutput, charsPerToken)));
    }

    private long output(boolean isComplete, boolean isTold, int charsPerToken) {
        if (isTold) {
            return Math.max(usage.output(), usage.textBytes() / LONGEST_TOKEN);
        }
        // Text size is an estimate: no client pays more for it than the limit that the server enforces. Without a
        // limit, the reservation is a guess: charging no more than it would make the rest of the response free.
        long estimated = Math.max(1, Math.ceilDiv(usage.textBytes(), charsPerToken));
        long inText = isBounded ? Math.min(reserved.output(), estimated) : estimated;
        return isComplete || !isSeen || isInBackground ? Math.max(reserved.output(), inText) : inText;
    }

    private static boolean isBelievable(long tokens) {
        return tokens >= 0 && tokens <= TokenCounts.MAX;
    }
}
