package io.policyengine.policies.access;

/**
 * A pattern of names in which {@code *} stands for any characters, or none; all else stands for itself. Matching takes time linear in the name
 * for each {@code *} at most.
 */
final class Wildcard {
    private final String pattern;

    Wildcard(String pattern) {
        this.pattern = pattern;
    }

    /** True if the whole name is of the pattern. */
    boolean matches(String name) {
        int at = 0;
        int inName = 0;
        int afterStar = -1;
        int retry = 0;
        while (inName < name.length()) {
            if (at < pattern.length() && pattern.charAt(at) == '*') {
                afterStar = ++at;
                retry = inName;
            } else if (at < pattern.length() && pattern.charAt(at) == name.charAt(inName)) {
                at++;
                inName++;
            } else if (afterStar >= 0) {
                at = afterStar;
                inName = ++retry;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == '*') {
            at++;
        }
        return at == pattern.length();
    }

    @Override
    public String toString() {
        return pattern;
    }
}
