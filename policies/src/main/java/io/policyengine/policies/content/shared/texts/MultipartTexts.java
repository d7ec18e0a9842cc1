package io.policyengine.policies.content.shared.texts;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.policies.format.multipart.Boundary;
import io.policyengine.policies.format.multipart.MultipartFault;
import io.policyengine.policies.format.multipart.MultipartReader;
import io.policyengine.policies.format.multipart.Part;
import io.policyengine.policies.format.multipart.PartSink;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads the texts of a multipart body: the header lines of each part, and its decoded content according to the part's
 * content type. Octets before the first part and after the last are also read as text.
 */
final class MultipartTexts implements OctetSink {
    private static final HeaderMap PLAIN = HeaderMap.of("content-type", "text/plain");

    private final ShapeReaders readers;
    private final Texts texts;
    private final UnaryOperator<Spelling> transfer;
    private final int level;
    private final MultipartReader<ContentException> reader;

    private final byte[] octet = new byte[1];
    /** The positions of the octets that the multipart reader withholds, and of the current octet. */
    private final long[] starts;

    private final long[] ends;
    private int pending;
    /** The number of pending octets that have been passed on to the part. */
    private int given;

    private boolean begun;
    private @Nullable OctetSink part;
    private @Nullable CharsetReader header;

    MultipartTexts(ShapeReaders readers, Texts texts, Boundary boundary, UnaryOperator<Spelling> transfer, int level)
            throws ContentException {
        this.readers = readers;
        this.texts = texts;
        this.transfer = transfer;
        this.level = level;
        try {
            this.reader = new MultipartReader<>(boundary, level, new Sink());
        } catch (MultipartFault fault) {
            throw of(fault);
        }
        int most = boundary.value().length() + "\r\n--".length() + 1;
        this.starts = new long[most];
        this.ends = new long[most];
    }

    private static ContentException of(MultipartFault fault) {
        return ContentException.of(
                switch (fault.kind()) {
                    case MALFORMED -> ContentFault.MALFORMED;
                    case TOO_COMPLEX -> ContentFault.TOO_COMPLEX;
                });
    }

    @Override
    public void take(int next, long start, long end) throws ContentException {
        begun = true;
        octet[0] = (byte) next;
        starts[pending] = start;
        ends[pending] = end;
        pending++;
        given = 0;
        try {
            reader.take(octet, 0, 1);
        } catch (MultipartFault fault) {
            throw of(fault);
        }
        int withheld = reader.withheld();
        if (withheld < pending) {
            System.arraycopy(starts, pending - withheld, starts, 0, withheld);
            System.arraycopy(ends, pending - withheld, ends, 0, withheld);
            pending = withheld;
        }
    }

    /** Ends the body. An empty body is accepted as a body without parts. */
    @Override
    public void end() throws ContentException {
        if (begun) {
            given = 0;
            try {
                reader.end();
            } catch (MultipartFault fault) {
                throw of(fault);
            }
        }
    }

    @Override
    public long undecidedFrom() {
        long first = pending > 0 ? starts[0] : Long.MAX_VALUE;
        if (part != null) {
            first = Math.min(first, part.undecidedFrom());
        }
        return header == null ? first : Math.min(first, header.undecidedFrom());
    }

    private final class Sink implements PartSink<ContentException> {
        @Override
        public void surrounding(byte[] bytes, int start, int end) throws ContentException {
            if (part == null) {
                part = anything();
            }
            content(bytes, start, end);
        }

        private OctetSink anything() throws ContentException {
            return readers.of(ContentShape.anything(), transfer, level + 1);
        }

        @Override
        public void header(byte[] bytes, int start, int end) throws ContentException {
            for (int i = start; i < end; i++) {
                if (bytes[i] == '\n') {
                    endLine();
                } else if (bytes[i] != '\r') {
                    if (header == null) {
                        header = CharsetReader.utf8(
                                Channel.begin(texts, TextPlace.of(TextPlace.Kind.PART_HEADER, ""), Spelling.FIXED, 0));
                    }
                    header.take(bytes[i] & 0xFF, starts[0], ends[0]);
                }
            }
        }

        private void endLine() throws ContentException {
            if (header != null) {
                header.end();
                header = null;
            }
        }

        @Override
        public void part(Part begins) throws ContentException {
            fileName(begins);
            ContentShape shape = ContentShape.of(begins.fields().contains("content-type") ? begins.fields() : PLAIN);
            part = switch (begins.encoding()) {
                case IDENTITY -> readers.of(shape, transfer, level + 1);
                case BASE64 -> decoded(begins, readers.of(shape, _ -> Spelling.FIXED, level + 1));
                case QUOTED_PRINTABLE ->
                    decoded(
                            begins,
                            readers.of(shape, octets -> Spelling.quotedPrintable(transfer.apply(octets)), level + 1));
            };
        }

        /** Reads a part's decoded file name as a text if the header line encodes it differently. */
        private void fileName(Part begins) throws ContentException {
            String name = begins.fileName().orElse("");
            if (name.isEmpty() || begins.writes(name)) {
                return;
            }
            Channel text = Channel.begin(texts, TextPlace.of(TextPlace.Kind.PART_HEADER, ""), Spelling.FIXED, 0);
            for (int codePoint : name.codePoints().toArray()) {
                text.take(codePoint, starts[0], ends[0]);
            }
            text.end();
        }

        /**
         * Returns readers of a part's decoded content and of its raw content, since servers of forms ignore transfer
         * encodings.
         */
        private OctetSink decoded(Part begins, OctetSink readersOfContent) throws ContentException {
            return OctetSink.all(
                    List.of(new TransferReader(begins.encoding().decoder(), readersOfContent), anything()));
        }

        @Override
        public void content(byte[] bytes, int start, int end) throws ContentException {
            OctetSink taker = part;
            if (taker == null) {
                return;
            }
            for (int i = start; i < end; i++) {
                taker.take(bytes[i] & 0xFF, starts[given], ends[given]);
                given++;
            }
        }

        @Override
        public void end() throws ContentException {
            if (part != null) {
                part.end();
                part = null;
            }
        }
    }
}
