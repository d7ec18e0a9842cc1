package io.policyengine.core.config.yaml;

import io.policyengine.core.memory.MemoryPlan;
import tools.jackson.databind.JsonNode;

/**
 * Counts the values in all files of a configuration, including copies by aliases; at most {@link #MAX} are permitted. A
 * value, with its position and its checks, takes about a kilobyte of heap ({@link MemoryPlan}). A copied value counts
 * again, since each use keeps its own copy of the text. Used for one reading of the configuration.
 */
public final class ValueBudget {
    /** Maximum number of values in all files of a configuration, derived from the heap. */
    public static final int MAX = MemoryPlan.HERE.maxValues();

    private static final int CHARACTERS_A_VALUE = 256;

    private long taken;

    public ValueBudget() {}

    /**
     * Counts further values and returns whether the total is still within the maximum. Values beyond it are counted
     * too.
     */
    public boolean take(long more) {
        taken += more;
        return taken <= MAX;
    }

    public long taken() {
        return taken;
    }

    /** Returns the number of values charged for a copy of a value, including everything in it. */
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
