package io.policyengine.policies.ai;

import java.util.Locale;

/**
 * A name of models in which {@code *} stands for any characters. Case does not matter, since it does not to all providers. Immutable; time is
 * linear in the name for each asterisk.
 */
public final class ModelPattern {
    private final String[] parts;

    /** A pattern. */
    public ModelPattern(String pattern) {
        this.parts = folded(pattern).split("\\*", -1);
    }

    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** True if it stands for no more than one name. */
    public boolean isExact() {
        return parts.length == 1;
    }

    /** The characters that a name must have: of two patterns, the one with more of them says more. */
    public int length() {
        int length = 0;
        for (String part : parts) {
            length += part.length();
        }
        return length;
    }

    /** True if it stands for this name. */
    public boolean matches(String model) {
        String name = folded(model);
        if (isExact()) {
            return name.equals(parts[0]);
        }
        String last = parts[parts.length - 1];
        if (!name.startsWith(parts[0]) || name.length() < parts[0].length() + last.length() || !name.endsWith(last)) {
            return false;
        }
        int at = parts[0].length();
        int end = name.length() - last.length();
        for (int i = 1; i < parts.length - 1; i++) {
            int found = name.indexOf(parts[i], at);
            if (found < 0 || found + parts[i].length() > end) {
                return false;
            }
            at = found + parts[i].length();
        }
        return true;
    }
}
