package io.policyengine.policies.content.shared.textmatch;

import java.util.Arrays;

/**
 * Reduces names to their appearance. If two names have equal results, people or software may mistake one for the other.
 */
public final class AsSeen {
    private AsSeen() {}

    /**
     * Returns a name in lower case without invisible characters, combining marks, and leading or trailing blanks. ASCII
     * letters replace letters of other scripts that look like them.
     */
    public static String of(String name) {
        return isPlain(name) ? name : folded(name);
    }

    private static String folded(String name) {
        int[] seen = Folding.of(name, true, true);
        return new String(seen, 0, seen.length);
    }

    private static boolean isPlain(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= ' ' || c >= 0x7F || (c >= 'A' && c <= 'Z')) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether a name looks like one of the {@code plain} names but equals none of them. */
    public static boolean isDisguised(String name, String... plain) {
        String seen = of(name);
        return Arrays.stream(plain).noneMatch(name::equals)
                && Arrays.stream(plain).anyMatch(each -> of(each).equals(seen));
    }
}
