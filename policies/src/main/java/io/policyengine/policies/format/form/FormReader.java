package io.policyengine.policies.format.form;

/**
 * Reads a form as its octets arrive, in pieces of any length. Ampersands separate the fields, and the first equals sign
 * of a field ends its name. Percent-encoding and plus signs are decoded. A field that states a charset other than UTF-8
 * for the form is a fault. Holds one escape, and the first few octets of one name or value.
 *
 * @param <E> the fault of the sink
 */
public final class FormReader<E extends Exception> {
    private static final int ESCAPE = 3;

    private final Escapes escapes;
    private final FormSink<E> sink;
    private final int[] raw = new int[ESCAPE];
    private final long[] starts = new long[ESCAPE];
    private final long[] ends = new long[ESCAPE];
    private final CharsetField charset = new CharsetField();
    private int escape;
    private boolean inValue;

    /** The treatment of a percent sign that does not begin an escape. */
    public enum Escapes {
        /** A malformed escape is a fault, since some servers refuse it and others leave the whole value undecoded. */
        STRICT,
        /**
         * A malformed escape is literal text, as in the URL standard. Intended for searched texts that need not be a
         * form.
         */
        LENIENT
    }

    public FormReader(Escapes escapes, FormSink<E> sink) {
        this.escapes = escapes;
        this.sink = sink;
    }

    /**
     * Reads the next octet, 0 to 255. It was decoded from the octets at {@code start} (inclusive) to {@code end}
     * (exclusive).
     *
     * @throws E from the sink
     * @throws FormFault if the reader is strict and an escape is malformed, or if the form states a charset other than
     *     UTF-8
     */
    public void take(int octet, long start, long end) throws E, FormFault {
        if (escape == 0 && octet != '%') {
            plain(octet, start, end);
            return;
        }
        if (escape > 0 && digit(octet) < 0) {
            endEscape();
            take(octet, start, end);
            return;
        }
        raw[escape] = octet;
        starts[escape] = start;
        ends[escape] = end;
        escape++;
        if (escape == ESCAPE) {
            escape = 0;
            octet((digit(raw[1]) << 4) | digit(raw[2]), starts[0], end);
        }
    }

    private void octet(int octet, long start, long end) throws E {
        charset.octet(octet);
        sink.octet(octet, start, end);
    }

    private static int digit(int octet) {
        return octet < 0x80 ? Character.digit(octet, 16) : -1;
    }

    private void endEscape() throws E, FormFault {
        if (escape > 0 && escapes == Escapes.STRICT) {
            throw FormFault.escape();
        }
        int length = escape;
        escape = 0;
        for (int i = 0; i < length; i++) {
            plain(raw[i], starts[i], ends[i]);
        }
    }

    private void plain(int octet, long start, long end) throws E, FormFault {
        if (octet == '&') {
            endField();
        } else if (octet == '=' && !inValue) {
            inValue = true;
            charset.endName();
            sink.endName();
        } else {
            octet(octet == '+' ? ' ' : octet, start, end);
        }
    }

    private void endField() throws E, FormFault {
        inValue = false;
        if (!charset.endField()) {
            throw FormFault.charset();
        }
        sink.endField();
    }

    /**
     * Ends the form and its last field.
     *
     * @throws E from the sink
     * @throws FormFault as {@link #take} does
     */
    public void end() throws E, FormFault {
        endEscape();
        endField();
    }

    /**
     * Returns the position of the first octet that has been taken but not passed on, or {@code Long.MAX_VALUE} if there
     * is none.
     */
    public long undecidedFrom() {
        return escape > 0 ? starts[0] : Long.MAX_VALUE;
    }
}
