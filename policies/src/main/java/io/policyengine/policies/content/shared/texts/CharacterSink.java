package io.policyengine.policies.content.shared.texts;

/** Receives the characters of a text one by one, each with the positions of the octets from which it was read. */
interface CharacterSink {
    /**
     * Receives the next character. It was read from the octets at {@code start} (inclusive) to {@code end} (exclusive).
     */
    void take(int codePoint, long start, long end) throws ContentException;

    void end() throws ContentException;

    /**
     * Returns the position of the first undecided octet that belongs to no text yet, or {@link Long#MAX_VALUE} if there
     * is none.
     */
    default long undecidedFrom() {
        return Long.MAX_VALUE;
    }

    /** Returns a sink that passes each character to both sinks. */
    static CharacterSink both(CharacterSink one, CharacterSink other) {
        return new CharacterSink() {
            @Override
            public void take(int codePoint, long start, long end) throws ContentException {
                one.take(codePoint, start, end);
                other.take(codePoint, start, end);
            }

            @Override
            public void end() throws ContentException {
                one.end();
                other.end();
            }

            @Override
            public long undecidedFrom() {
                return Math.min(one.undecidedFrom(), other.undecidedFrom());
            }
        };
    }
}
