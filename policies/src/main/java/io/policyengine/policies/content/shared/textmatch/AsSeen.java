package io.policyengine.policies.content.shared.textmatch;

import java.util.Arrays;

/** The appearance of names: people or software may mistake two names for each other if their results are equal. */
public final class AsSeen {
    private AsSeen() {}

    /**
     * Returns a name in lower case without invisible characters, marks, and leading or trailing blanks. Letters that
     * look like ASCII letters become those.
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
