package io.policyengine.core.instruction;

import org.jspecify.annotations.Nullable;

/** The form of the codes of denials. A text of any other form is ignored, so it cannot get into logs or headers. */
public final class DenialCodes {
    /** Maximum length of a denial's code, in characters. */
    public static final int MAX_LENGTH = 64;

    /** The code of a denial whose policy gives none, or an illegal one. */
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
}
