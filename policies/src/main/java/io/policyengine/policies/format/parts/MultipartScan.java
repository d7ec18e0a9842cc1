package io.policyengine.policies.format.parts;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The scan of the parts of a multipart body (RFC 2046 §5.1.1), as it comes. A part begins behind the empty line after any place where the
 * boundary stands, whether or not a reader takes it for one, and ends at the next such place at the earliest. One whose header lines speak
 * of base64 is scanned twice: as it is, and decoded. Holds the scans of one part.
 */
final class MultipartScan<E extends Exception> implements OctetScan<E> {
    private final Supplier<OctetScan<E>> ofPart;
    private final Finder boundary;
    private Finder base64 = inHeader();

    private boolean inHeaders;
    private boolean inFirstLine;
    private int lineBytes;
    private boolean isBase64;
    private @Nullable OctetScan<E> part;
    private @Nullable OctetScan<E> decoded;

    /** A scan before the first octet. */
    MultipartScan(String boundary, Supplier<OctetScan<E>> ofPart) {
        this.ofPart = ofPart;
        this.boundary = new Finder("--" + boundary);
    }

    private static Finder inHeader() {
        return new Finder("base64");
    }

    @Override
    public void take(byte[] bytes, int start, int end) throws E {
        int from = start;
        for (int i = start; i < end; i++) {
            if (boundary.endsWith(bytes[i])) {
                scan(bytes, from, i + 1);
                beginHeaders();
                from = i + 1;
            } else if (inHeaders && endsHeaders(bytes[i])) {
                inHeaders = false;
                part = ofPart.get();
                decoded = isBase64 ? new Base64Scan<>(ofPart.get()) : null;
                from = i + 1;
            }
        }
        scan(bytes, from, end);
    }

    @Override
    public long heldBytes() {
        return (part == null ? 0 : part.heldBytes()) + (decoded == null ? 0 : decoded.heldBytes());
    }

    private void scan(byte[] bytes, int start, int end) throws E {
        if (part != null) {
            part.take(bytes, start, end);
        }
        if (decoded != null) {
            decoded.take(bytes, start, end);
        }
    }

    private void beginHeaders() {
        part = null;
        decoded = null;
        inHeaders = true;
        inFirstLine = true;
        lineBytes = 0;
        isBase64 = false;
        base64 = inHeader();
    }

    /** True at the end of an empty line, other than the boundary's own. */
    private boolean endsHeaders(byte octet) {
        isBase64 |= base64.endsWith(lowerCase(octet));
        if (octet == '\n') {
            boolean ends = !inFirstLine && lineBytes == 0;
            inFirstLine = false;
            lineBytes = 0;
            return ends;
        }
        lineBytes += octet == '\r' ? 0 : 1;
        return false;
    }

    private static byte lowerCase(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? (byte) (octet + ('a' - 'A')) : octet;
    }
}
