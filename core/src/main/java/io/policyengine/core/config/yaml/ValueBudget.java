package io.policyengine.core.config.yaml;

import io.policyengine.core.memory.MemoryPlan;
import tools.jackson.databind.JsonNode;

/**
 * The limit of values in all files of a configuration, including copies by aliases. Each value, with its position and
 * checks, takes about a kilobyte of heap ({@link MemoryPlan}). The text of a copy counts too, since it is held at each
 * use. For one reading.
 */
public final class ValueBudget {
    /** Limit of values, derived from the heap. */
    public static final int MAX = MemoryPlan.HERE.maxValues();

    private static final int CHARACTERS_A_VALUE = 256;

    private long taken;

    public ValueBudget() {}

    /** Takes further values; returns false once the limit is exceeded, and counts them nevertheless. */
    public boolean take(long more) {
        taken += more;
        return taken <= MAX;
    }

    public long taken() {
        return taken;
    }

    /** Returns the number of values that a copy of a value counts for, including everything in it. */
    public static long ofCopy(JsonNode value) {
        return values(value) + characters(value) / CHARACTERS_A_VALUE;
    }

    private static long values(JsonNode value) {
        long values = 1;
        for (var child : value) {
            values += values(child);
        }
        return values;
    }

    private static long characters(JsonNode value) {
        long characters = value.isString() ? value.stringValue().length() : 0;
        for (var name : value.propertyNames()) {
            characters += name.length();
        }
        for (var child : value) {
            characters += characters(child);
        }
        return characters;
    }
}
