package io.policyengine.policies.content.shared.texts;

import io.policyengine.policies.format.multipart.MultipartFault;
import io.policyengine.policies.format.multipart.TransferDecoder;

/**
 * Decodes a transfer encoding. Passes on each decoded octet with the positions of the octets from which it was decoded.
 */
final class TransferReader implements OctetSink {
    private final TransferDecoder decoder;
    private final OctetSink sink;
    /** The position of the first octet that the next decoded octet uses. */
    private long from = Long.MAX_VALUE;

    TransferReader(TransferDecoder decoder, OctetSink sink) {
        this.decoder = decoder;
        this.sink = sink;
    }

    @Override
    public void take(int octet, long start, long end) throws ContentException {
        if (decoder.isBetween()) {
            from = start;
        }
        int known;
        try {
            known = decoder.take(octet);
        } catch (MultipartFault fault) {
            throw ContentException.of(ContentFault.MALFORMED);
        }
        long first = from;
        from = decoder.isBetween() ? Long.MAX_VALUE : known == TransferDecoder.NONE ? first : start;
        if (known != TransferDecoder.NONE) {
            sink.take(known, first, end);
        }
    }

    @Override
    public void end() throws ContentException {
        try {
            decoder.end();
        } catch (MultipartFault fault) {
            throw ContentException.of(ContentFault.MALFORMED);
        }
        sink.end();
    }

    @Override
    public long undecidedFrom() {
        return Math.min(from, sink.undecidedFrom());
    }
}
