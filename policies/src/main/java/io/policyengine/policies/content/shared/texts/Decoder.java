package io.policyengine.policies.content.shared.texts;

import java.nio.charset.Charset;

/** Decodes octets of one charset to characters. */
abstract class Decoder implements OctetSink {
    private final CharacterSink sink;
    private final boolean lenient;
    private final Charset charset;

    /** The position of the current character's first octet; {@link Long#MAX_VALUE} between characters. */
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

    /** Adds an octet to the current character. */
    final void goOn(long start, long end) {
        if (from == Long.MAX_VALUE) {
            from = start;
        }
        to = end;
    }

    /** Completes the current character and passes it on. */
    final void whole(int codePoint) throws ContentException {
        long start = from;
        from = Long.MAX_VALUE;
        sink.take(codePoint, start, to);
    }

    /** Passes on a character that consists of one octet. */
    final void whole(int codePoint, long start, long end) throws ContentException {
        sink.take(codePoint, start, end);
    }

    /** Handles invalid octets: refuses the body or, if lenient, passes on {@link LogicalText#BROKEN}. */
    final void broken() throws ContentException {
        if (!lenient) {
            throw ContentException.of(ContentFault.UNDECODABLE);
        }
        whole(LogicalText.BROKEN);
    }

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
