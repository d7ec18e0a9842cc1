package io.policyengine.policies.content.shared.content;

import java.nio.charset.Charset;

/** Reads octets as characters of one charset. */
abstract class Decoder implements OctetSink {
    private final CharacterSink sink;
    private final boolean lenient;
    private final Charset charset;

    /** The first octet of the character that is under way. */
    private long from = Long.MAX_VALUE;

    private long to;

    Decoder(CharacterSink sink, boolean lenient, Charset charset) {
        this.sink = sink;
        this.lenient = lenient;
        this.charset = charset;
    }

    final Charset charset() {
        return charset;
    }

    /** An octet of a character has come. */
    final void goOn(long start, long end) {
        if (from == Long.MAX_VALUE) {
            from = start;
        }
        to = end;
    }

    /** The character is whole. */
    final void whole(int codePoint) throws ContentException {
        long start = from;
        from = Long.MAX_VALUE;
        sink.take(codePoint, start, to);
    }

    /** The character is whole, of one octet. */
    final void whole(int codePoint, long start, long end) throws ContentException {
        sink.take(codePoint, start, end);
    }

    /** The octets that came are no character. */
    final void broken() throws ContentException {
        if (!lenient) {
            throw ContentException.of(ContentFault.UNDECODABLE);
        }
        whole(LogicalText.BROKEN);
    }

    /** True if a character is under way. */
    final boolean isWithin() {
        return from != Long.MAX_VALUE;
    }

    @Override
    public void end() throws ContentException {
        if (isWithin()) {
            broken();
        }
    }

    @Override
    public final long undecidedFrom() {
        return from;
    }
}
