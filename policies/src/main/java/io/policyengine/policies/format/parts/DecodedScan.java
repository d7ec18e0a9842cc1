package io.policyengine.policies.format.parts;

import io.policyengine.policies.format.multipart.MultipartFault;
import io.policyengine.policies.format.multipart.TransferDecoder;

/** The scan of a part with its transfer encoding decoded. */
record DecodedScan<E extends Exception>(TransferDecoder decoder, OctetScan<E> scan) implements PartScan<E> {
    @Override
    public void take(byte[] bytes, int start, int end) throws E, MultipartFault {
        byte[] decoded = decoder.take(bytes, start, end);
        scan.take(decoded, 0, decoded.length);
    }

    @Override
    public void end() throws E, MultipartFault {
        decoder.end();
        scan.end();
    }

    @Override
    public long heldBytes() {
        return scan.heldBytes();
    }
}
