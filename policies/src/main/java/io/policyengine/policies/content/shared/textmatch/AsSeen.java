package io.policyengine.policies.content.shared.textmatch;

import java.util.Arrays;

/** Names as an eye sees them: two that are equal here may be taken for each other, by a person or by a reader that folds them. */
public final class AsSeen {
    private AsSeen() {}

    /** A name without what is invisible, without marks, in lower case, with look-alikes as letters of ASCII, and without blanks around it. */
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

    /** True if a name is another one of these in disguise: it looks like it, and is not it. */
    public static boolean isDisguised(String name, String... plain) {
        String seen = of(name);
        return Arrays.stream(plain).noneMatch(name::equals)
                && Arrays.stream(plain).anyMatch(each -> of(each).equals(seen));
    }
}
