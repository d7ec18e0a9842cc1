package io.policyengine.policies.format.parts;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.policies.format.multipart.Boundary;
import io.policyengine.policies.format.multipart.MultipartFault;
import io.policyengine.policies.format.multipart.MultipartReader;
import io.policyengine.policies.format.multipart.Part;
import io.policyengine.policies.format.multipart.PartSink;
import io.policyengine.policies.format.multipart.TransferEncoding;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The incremental scan of the parts of a multipart body. A part in base64 or quoted-printable is scanned twice: once
 * decoded, and once undecoded, since servers of forms ignore transfer encodings. The parts of a nested multipart body
 * are scanned as well. Holds the scans of one part.
 */
final class MultipartScan<E extends Exception> implements PartScan<E> {
    private final HeaderMap headers;
    private final int depth;
    private final Function<HeaderMap, OctetScan<E>> ofPart;
    private @Nullable MultipartReader<E> reader;
    private List<PartScan<E>> part = List.of();

    /**
     * Creates a scan.
     *
     * @param headers of the body
     * @param depth the number of enclosing multipart bodies
     * @param ofPart creates the scan of a part's content from the part's fields; from no fields if the content is
     *     scanned without decoding its transfer encoding
     */
    MultipartScan(HeaderMap headers, int depth, Function<HeaderMap, OctetScan<E>> ofPart) {
        this.headers = headers;
        this.depth = depth;
        this.ofPart = ofPart;
    }

    @Override
    public void take(byte[] bytes, int start, int end) throws E, MultipartFault {
        MultipartReader<E> begun = reader;
        if (begun == null) {
            begun = new MultipartReader<>(Boundary.of(headers), depth, new Scans());
            reader = begun;
        }
        begun.take(bytes, start, end);
    }

    /** Ends the body. An empty body is accepted as a body without parts. */
    @Override
    public void end() throws E, MultipartFault {
        if (reader != null) {
            reader.end();
        }
    }

    @Override
    public long heldBytes() {
        long held = reader == null ? 0 : reader.heldBytes();
        for (PartScan<E> scan : part) {
            held += scan.heldBytes();
        }
        return held;
    }

    private final class Scans implements PartSink<E> {
        @Override
        public void surrounding(byte[] bytes, int start, int end) {
            // No server treats this text as a part, and the body is also scanned as a whole.
        }

        @Override
        public void part(Part description) {
            part = new ArrayList<>(2);
            HeaderMap fields = description.fields();
            if (description.encoding() == TransferEncoding.IDENTITY) {
                part.add(ofPart.apply(fields));
            } else {
                part.add(ofPart.apply(HeaderMap.empty()));
                part.add(new DecodedScan<>(description.encoding().decoder(), ofPart.apply(fields)));
            }
            if (description.isMultipart()) {
                part.add(new MultipartScan<>(description.fields(), depth + 1, ofPart));
            }
        }

        @Override
        public void content(byte[] bytes, int start, int end) throws E, MultipartFault {
            for (PartScan<E> scan : part) {
                scan.take(bytes, start, end);
            }
        }

        @Override
        public void end() throws E, MultipartFault {
            List<PartScan<E>> ended = part;
            part = List.of();
            for (PartScan<E> scan : ended) {
                scan.end();
            }
        }
    }
}
