package io.policyengine.policies.content.shared.content;

/** Undoes quoted-printable (RFC 2045 §6.7). An equals sign that begins no escape stands for itself. */
final class QuotedPrintableReader implements OctetSink {
    private final OctetSink sink;
    private final int[] raw = new int[3];
    private final long[] starts = new long[3];
    private final long[] ends = new long[3];
    private int escape;

    QuotedPrintableReader(OctetSink sink) {
        this.sink = sink;
    }

    @Override
    public void take(int octet, long start, long end) throws ContentException {
        if (escape == 0 && octet != '=') {
            sink.take(octet, start, end);
            return;
        }
        raw[escape] = octet;
        starts[escape] = start;
        ends[escape] = end;
        escape++;
        if (escape == 1) {
            return;
        }
        if (octet == '\n' && (escape == 2 || raw[1] == '\r')) {
            escape = 0;
        } else if (escape == 2 ? octet != '\r' && digit(octet) < 0 : digit(octet) < 0 || raw[1] == '\r') {
            notEscaped();
        } else if (escape == raw.length) {
            escape = 0;
            sink.take((digit(raw[1]) << 4) | digit(raw[2]), starts[0], end);
        }
    }

    private static int digit(int octet) {
        return octet < 0x80 ? Character.digit(octet, 16) : -1;
    }

    private void notEscaped() throws ContentException {
        int length = escape;
        escape = 0;
        sink.take(raw[0], starts[0], ends[0]);
        for (int i = 1; i < length; i++) {
            take(raw[i], starts[i], ends[i]);
        }
    }

    @Override
    public void end() throws ContentException {
        if (escape > 0) {
            int length = escape;
            escape = 0;
            for (int i = 0; i < length; i++) {
                sink.take(raw[i], starts[i], ends[i]);
            }
        }
        sink.end();
    }

    @Override
    public long undecidedFrom() {
        return Math.min(escape > 0 ? starts[0] : Long.MAX_VALUE, sink.undecidedFrom());
    }
}
