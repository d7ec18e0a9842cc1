package io.policyengine.policies.content.shared.content;

/** A policy's reader of one logical text. */
@FunctionalInterface
public interface TextReader {
    /**
     * Reads further, since more of the text has arrived or it has {@linkplain LogicalText#isEnded ended}. Decides by
     * {@link LogicalText#replace}, {@link LogicalText#deny} and {@link LogicalText#decide}. Decisions must not depend
     * on how much arrives at once.
     *
     * <p>At the end of the text, all that is undecided passes.
     */
    void read(LogicalText text);

    /** Creates a policy's reader for each text. */
    @FunctionalInterface
    interface Factory {
        /** Creates a reader for a text that begins. */
        TextReader open(TextPlace place);
    }

    /** Returns a reader that lets everything pass. */
    static TextReader passing() {
        return text -> text.decide(text.length());
    }
}
