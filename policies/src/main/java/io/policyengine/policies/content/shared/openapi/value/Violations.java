package io.policyengine.policies.content.shared.openapi.value;

import java.util.ArrayList;
import java.util.List;

/** The violations of a message, up to a limit. For one judgement. */
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

    /** Adds a violation, unless it is present or the limit is reached. */
    public void add(String in, String name, String pointer, String message) {
        Finding finding = new Finding(in, name, pointer, message);
        // Two parts of a schema may report the same violation.
        if (found.size() < max && !found.contains(finding)) {
            found.add(finding);
        }
    }

    /** Adds a missing parameter. */
    public void isRequired(String in, String name) {
        add(in, name, "", "is required");
    }

    /** Adds an unreadable body. */
    public void isMalformed(String reason) {
        add("body", "", "", reason);
    }

    /** Returns the number of violations that the next comparison may add, at least one. */
    int room() {
        return Math.max(1, max - found.size());
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    public List<Finding> all() {
        return List.copyOf(found);
    }
}
