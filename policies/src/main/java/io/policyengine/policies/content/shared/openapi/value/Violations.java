package io.policyengine.policies.content.shared.openapi.value;

import java.util.ArrayList;
import java.util.List;

/** The places where a message is not as it should be: at most so many. For one judgement. */
public final class Violations {
    private final int max;
    private final List<Finding> found = new ArrayList<>();

    /** Creates an empty set with a limit. */
    public Violations(int max) {
        this.max = max;
    }

    /**
     * A violation of the document.
     *
     * @param in {@code path}, {@code query}, {@code header}, {@code cookie} or {@code body}
     * @param name of the parameter; empty for the body
     * @param pointer JSON Pointer (RFC 6901) in its value; empty for the whole
     * @param message for users, in one line
     */
    public record Finding(String in, String name, String pointer, String message) {}

    /** Adds a place, unless it is there or there are as many as may be. */
    public void add(String in, String name, String pointer, String message) {
        Finding finding = new Finding(in, name, pointer, message);
        // Two parts of a schema may say the same.
        if (found.size() < max && !found.contains(finding)) {
            found.add(finding);
        }
    }

    /** Adds a parameter that is not there. */
    public void isRequired(String in, String name) {
        add(in, name, "", "is required");
    }

    /** Adds a body that cannot be read. */
    public void isMalformed(String reason) {
        add("body", "", "", reason);
    }

    /** The number of violations that the next comparison may add: at least one. */
    int room() {
        return Math.max(1, max - found.size());
    }

    /** True if nothing is wrong. */
    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** The places. */
    public List<Finding> all() {
        return List.copyOf(found);
    }
}
