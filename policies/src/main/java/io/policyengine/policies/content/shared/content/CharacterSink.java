package io.policyengine.policies.content.shared.content;

/** Takes the characters of a text one by one, each with the octets of the body that stand for it. */
interface CharacterSink {
    /** Takes the next one, for which the octets from {@code start} to before {@code end} stand. */
    void take(int codePoint, long start, long end) throws ContentException;

    /** There are no more. */
    void end() throws ContentException;

    /** The first octet that is taken and of which nothing is known yet, beside those that texts hold; the greatest number if there is none. */
    default long undecidedFrom() {
        return Long.MAX_VALUE;
    }

    /** Gives the same characters to two. */
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
