package io.policyengine.policies.content.shared.texts;

/** A policy's reader of one logical text. */
@FunctionalInterface
public interface TextReader {
    /**
     * Reads the text that has arrived, or the end of a text that has {@linkplain LogicalText#isEnded ended}. Decides by
     * {@link LogicalText#replace}, {@link LogicalText#deny} and {@link LogicalText#decide}. The decisions must not
     * depend on how much text arrives at once.
     *
     * <p>When the text has ended, everything that is still undecided passes.
     */
    void read(LogicalText text);

    /** Creates a policy's reader for each text. */
    @FunctionalInterface
    interface Factory {
        /** Creates a reader for the text at a place. */
        TextReader open(TextPlace place);
    }

    /** Returns a reader that lets everything pass. */
    static TextReader passing() {
        return text -> text.decide(text.length());
    }
}
