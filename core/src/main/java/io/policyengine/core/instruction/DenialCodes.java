package io.policyengine.core.instruction;

import org.jspecify.annotations.Nullable;

/**
 * The form of the codes of denials and of the names of the rules that deny. A text of any other form is ignored, so
 * that it cannot get into logs or headers.
 */
public final class DenialCodes {
    /** Maximum length of a denial's code, in characters. */
    public static final int MAX_LENGTH = 64;

    /** Maximum length of the name of a rule that denies, in characters. */
    public static final int MAX_RULE_LENGTH = 64;

    /** The code of a denial for which the policy gives no legal code. */
    public static final String UNSPECIFIED = "POLICY_DENIED";

    private DenialCodes() {}

    /** Returns the text if it is a code, or else null: 1 to {@value #MAX_LENGTH} characters of {@code [A-Z0-9_]}. */
    public static @Nullable String legalOrNull(@Nullable String text) {
        if (text == null || text.isEmpty() || text.length() > MAX_LENGTH) {
            return null;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_')) {
                return null;
            }
        }
        return text;
    }

    /**
     * Returns the text if it may name the rule that denies, or else null: 1 to {@value #MAX_RULE_LENGTH} characters of
     * {@code [A-Za-z0-9._-]}.
     */
    public static @Nullable String legalRuleOrNull(@Nullable String text) {
        if (text == null || text.isEmpty() || text.length() > MAX_RULE_LENGTH) {
            return null;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean isLetter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
            if (!isLetter && !(c >= '0' && c <= '9') && c != '.' && c != '_' && c != '-') {
                return null;
            }
        }
        return text;
    }
}
