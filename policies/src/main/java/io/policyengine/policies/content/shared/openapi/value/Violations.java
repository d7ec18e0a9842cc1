package io.policyengine.policies.content.shared.openapi.value;

import java.util.ArrayList;
import java.util.List;

/** The violations of a message, up to a maximum number. Used for one message. */
public final class Violations {
    private final int max;
    private final List<Finding> found = new ArrayList<>();

    /** Creates an empty set for at most {@code max} violations. */
    public Violations(int max) {
        this.max = max;
    }

    /**
     * A violation of the document.
     *
     * @param in {@code path}, {@code query}, {@code header}, {@code cookie} or {@code body}
     * @param name of the parameter; empty for the body
     * @param pointer JSON Pointer (RFC 6901) within the value; empty for the whole value
     * @param message for users, in one line
     */
    public record Finding(String in, String name, String pointer, String message) {}

    /** Adds a violation, unless it has been added before or the maximum is reached. */
    public void add(String in, String name, String pointer, String message) {
        Finding finding = new Finding(in, name, pointer, message);
        // Two parts of a schema may report the same violation.
        if (found.size() < max && !found.contains(finding)) {
            found.add(finding);
        }
    }

    /** Adds the violation that a required parameter is missing. */
    public void isRequired(String in, String name) {
        add(in, name, "", "is required");
    }

    /** Adds the violation that the body cannot be read. */
    public void isMalformed(String reason) {
        add("body", "", "", reason);
    }

    /** Returns the number of violations that may still be added, or 1 if the maximum is reached. */
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
