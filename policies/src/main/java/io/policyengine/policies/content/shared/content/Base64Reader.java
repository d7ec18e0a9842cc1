package io.policyengine.policies.content.shared.content;

/** Undoes base64 (RFC 2045 §6.8). Blanks and line ends are passed over, as is what follows the padding; other octets are refused. */
final class Base64Reader implements OctetSink {
    private final OctetSink sink;
    private int bits;
    private int digits;
    private boolean padded;
    private long from = Long.MAX_VALUE;

    Base64Reader(OctetSink sink) {
        this.sink = sink;
    }

    @Override
    public void take(int octet, long start, long end) throws ContentException {
        if (octet == '\r' || octet == '\n' || octet == ' ' || octet == '\t') {
            return;
        }
        if (octet == '=') {
            padded = true;
            from = Long.MAX_VALUE;
            return;
        }
        int value = valueOf(octet);
        if (value < 0 || padded) {
            throw ContentException.of(ContentFault.MALFORMED);
        }
        if (from == Long.MAX_VALUE) {
            from = start;
        }
        bits = ((bits << 6) | value) & 0xFFFFFF;
        digits = (digits + 1) & 3;
        if (digits != 1) {
            int shift = digits == 2 ? 4 : digits == 3 ? 2 : 0;
            long first = from;
            from = digits == 0 ? Long.MAX_VALUE : start;
            sink.take((bits >> shift) & 0xFF, first, end);
        }
    }

    private static int valueOf(int octet) {
        if (octet >= 'A' && octet <= 'Z') {
            return octet - 'A';
        }
        if (octet >= 'a' && octet <= 'z') {
            return octet - 'a' + 26;
        }
        if (octet >= '0' && octet <= '9') {
            return octet - '0' + 52;
        }
        return switch (octet) {
            case '+', '-' -> 62;
            case '/', '_' -> 63;
            default -> -1;
        };
    }

    @Override
    public void end() throws ContentException {
        sink.end();
    }

    @Override
    public long undecidedFrom() {
        return Math.min(from, sink.undecidedFrom());
    }
}
