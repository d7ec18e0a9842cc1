package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.policies.traffic.shared.limit.UsageMeter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An amount that is charged before the actual cost is known. It stays charged until it is
 * {@linkplain Reserves#settle settled}, so that the crash of an instance frees nothing.
 *
 * @param id unique id, never chosen by a client
 * @param isSubstitute true if the reservation was made in this process because the store failed
 * @param keys one key for all limits, or one key for each limit
 * @param parts one part for each limit
 */
public record Reservation(String id, boolean isSubstitute, List<String> keys, List<Part> parts) {
    private static final int NUMBERS = 3;

    public Reservation {
        keys = List.copyOf(keys);
        parts = List.copyOf(parts);
    }

    /**
     * The part of a reservation that is charged to one limit.
     *
     * @param amount 0 if the limit was not charged
     * @param at time of the count that was charged
     * @param level value of that count after the charge
     */
    public record Part(long amount, long at, long level) {}

    static Reservation of(String id, boolean isSubstitute, LimitedRequest limitedRequest, Tally tally) {
        List<Part> parts = new ArrayList<>(limitedRequest.costs.length);
        for (int i = 0; i < limitedRequest.costs.length; i++) {
            int from = i * UsageMeter.NUMBERS;
            parts.add(new Part(
                    tally.isOver(i) ? 0 : limitedRequest.costs[i],
                    tally.counts[from + UsageMeter.AT],
                    tally.counts[from + UsageMeter.COUNT]));
        }
        return new Reservation(id, isSubstitute, List.of(limitedRequest.keys), parts);
    }

    /** Returns the reserved amount of each limit. */
    public long[] amounts() {
        return parts.stream().mapToLong(Part::amount).toArray();
    }

    /** Converts the reservation to JSON, in which the metadata holds it. */
    public JsonNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("id", id).put("substitute", isSubstitute);
        ArrayNode allKeys = json.putArray("keys");
        keys.forEach(allKeys::add);
        ArrayNode allParts = json.putArray("parts");
        parts.forEach(part -> allParts.addArray().add(part.amount).add(part.at).add(part.level));
        return json;
    }

    /** Parses the JSON of a reservation; empty if it does not fit these limits. */
    public static Optional<Reservation> of(@Nullable JsonNode json, Limits limits) {
        if (json == null || !json.path("id").isString()) {
            return Optional.empty();
        }
        List<String> keys = new ArrayList<>(1);
        json.path("keys").forEach(key -> keys.add(key.asString("")));
        List<Part> parts = new ArrayList<>(limits.size());
        for (JsonNode part : json.path("parts")) {
            if (part.size() == NUMBERS) {
                parts.add(new Part(
                        part.get(0).asLong(0),
                        part.get(1).asLong(0),
                        part.get(2).asLong(0)));
            }
        }
        boolean fits = parts.size() == limits.size() && keys.size() == (limits.haveOneKey() ? 1 : limits.size());
        return fits
                ? Optional.of(new Reservation(
                        json.path("id").stringValue(), json.path("substitute").asBoolean(false), keys, parts))
                : Optional.empty();
    }
}
