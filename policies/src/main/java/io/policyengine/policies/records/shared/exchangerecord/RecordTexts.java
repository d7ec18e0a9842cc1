package io.policyengine.policies.records.shared.exchangerecord;

/** Texts of bounded length for records. JSON escapes their control characters, so a text cannot begin a new line. */
public final class RecordTexts {
    /** Maximum characters of a recorded text. */
    public static final int LONGEST = 1_024;

    private RecordTexts() {}

    /** Returns the text. If it is too long, returns its beginning with an ellipsis. */
    public static String bounded(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return text.substring(0, end) + "…";
    }
}
