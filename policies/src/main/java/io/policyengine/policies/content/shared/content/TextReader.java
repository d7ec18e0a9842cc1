package io.policyengine.policies.content.shared.content;

/** A policy's look at one logical text. */
@FunctionalInterface
public interface TextReader {
    /**
     * Reads on: more of the text has come, or it has {@linkplain LogicalText#isEnded ended}. Says by {@link LogicalText#replace}, {@link
     * LogicalText#deny} and {@link LogicalText#decide} what becomes of it. What it decides must not depend on how much came at once.
     *
     * <p>At the end of the text, all that is not decided goes on.
     */
    void read(LogicalText text);

    /** A policy's readers: one for each text. */
    @FunctionalInterface
    interface Factory {
        /** A reader of the text that begins. */
        TextReader open(TextPlace place);
    }

    /** A reader that lets everything pass. */
    static TextReader passing() {
        return text -> text.decide(text.length());
    }
}
