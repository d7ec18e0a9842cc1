package io.policyengine.policies.content.shared.content;

import com.google.re2j.Pattern;
import io.policyengine.core.http.HeaderMap;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads multipart (RFC 2046 §5.1): each part by its own content type, with its transfer encoding undone; its header lines are texts. Lines may
 * end without a carriage return, as lenient servers have it. What stands before the first part and after the last is read as text.
 */
final class MultipartReader implements OctetSink {
    /** Most bytes of the header lines of a part. */
    private static final int MAX_HEADER = 16 << 10;

    /** A line of headers that goes on on the next (RFC 2822 §2.2.3). */
    private static final Pattern UNFOLDED = Pattern.compile("\n[ \t]+");

    private static final HeaderMap PLAIN = HeaderMap.of("content-type", "text/plain");

    private final ShapeReaders readers;
    private final Texts texts;
    private final UnaryOperator<Spelling> transfer;
    private final int level;
    /** The octets that begin a part: a line end, two dashes and the boundary. */
    private final byte[] delimiter;

    /** Octets of a delimiter that may have begun. */
    private int matched;

    private final long[] matchedStarts;
    private final long[] matchedEnds;

    private State state = State.CONTENT;
    private int dashes;
    private final StringBuilder headers = new StringBuilder();
    private int lineLength;
    private @Nullable OctetSink part;
    private @Nullable CharsetReader header;

    private enum State {
        /** The octets of a part, or before the first one. */
        CONTENT,
        /** The rest of the line of a delimiter. */
        DELIMITER,
        /** The header lines of a part. */
        HEADER
    }

    MultipartReader(ShapeReaders readers, Texts texts, String boundary, UnaryOperator<Spelling> transfer, int level)
            throws ContentException {
        this.readers = readers;
        this.texts = texts;
        this.transfer = transfer;
        this.level = level;
        this.delimiter = ("\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
        this.matchedStarts = new long[delimiter.length];
        this.matchedEnds = new long[delimiter.length];
        // The first delimiter may stand at the beginning.
        this.matched = 1;
        this.matchedStarts[0] = -1;
        this.part = text();
    }

    private OctetSink text() throws ContentException {
        return readers.of(ContentShape.anything(), transfer, level + 1);
    }

    @Override
    public void take(int octet, long start, long end) throws ContentException {
        switch (state) {
            case CONTENT -> content(octet, start, end);
            case DELIMITER -> delimiter(octet);
            case HEADER -> header(octet, start, end);
        }
    }

    private void content(int octet, long start, long end) throws ContentException {
        if (octet == (delimiter[matched] & 0xFF)) {
            matchedStarts[matched] = start;
            matchedEnds[matched] = end;
            if (++matched == delimiter.length) {
                matched = 0;
                endPart();
                state = State.DELIMITER;
                dashes = 0;
            }
            return;
        }
        noDelimiter();
        if (octet == '\n') {
            matchedStarts[0] = start;
            matchedEnds[0] = end;
            matched = 1;
        } else if (part != null) {
            part.take(octet, start, end);
        }
    }

    /** Octets that looked like a delimiter are content. */
    private void noDelimiter() throws ContentException {
        int length = matched;
        matched = 0;
        for (int i = 0; i < length && part != null; i++) {
            if (matchedStarts[i] >= 0) {
                part.take(delimiter[i] & 0xFF, matchedStarts[i], matchedEnds[i]);
            }
        }
    }

    private void endPart() throws ContentException {
        if (part != null) {
            part.end();
            part = null;
        }
    }

    private void delimiter(int octet) throws ContentException {
        if (octet == '\n') {
            state = dashes == 2 ? State.CONTENT : State.HEADER;
            if (dashes == 2) {
                part = text();
            } else {
                headers.setLength(0);
                lineLength = 0;
            }
        } else if (octet == '-' && dashes >= 0 && dashes < 2) {
            dashes++;
        } else if (octet != '\r' && octet != ' ' && octet != '\t') {
            // Servers differ in whether this is the delimiter.
            throw ContentException.of(ContentFault.MALFORMED);
        }
    }

    private void header(int octet, long start, long end) throws ContentException {
        if (headers.length() == MAX_HEADER) {
            throw ContentException.of(ContentFault.TOO_COMPLEX);
        }
        if (octet == '\n') {
            if (header != null) {
                header.end();
                header = null;
            }
            if (lineLength == 0) {
                part = part();
                state = State.CONTENT;
                // A delimiter may follow at once.
                matched = 1;
                matchedStarts[0] = -1;
            }
            lineLength = 0;
            headers.append('\n');
        } else if (octet != '\r') {
            lineLength++;
            headers.append((char) octet);
            if (header == null) {
                header = CharsetReader.utf8(
                        Channel.begin(texts, TextPlace.of(TextPlace.Kind.PART_HEADER, ""), Spelling.FIXED, 0));
            }
            header.take(octet, start, end);
        }
    }

    private OctetSink part() throws ContentException {
        HeaderMap.Builder fields = HeaderMap.builder(1);
        Set<String> encodings = new HashSet<>();
        for (String line : UNFOLDED.matcher(headers).replaceAll(" ").lines().toList()) {
            int colon = line.indexOf(':');
            String name = HeaderMap.lowerCase(
                    colon < 0 ? "" : line.substring(0, colon).strip());
            String value = line.substring(colon + 1).strip();
            if (name.equals("content-type")) {
                fields.append(name, value);
            } else if (name.equals("content-transfer-encoding")) {
                encodings.add(HeaderMap.lowerCase(value));
            }
        }
        HeaderMap types = fields.build();
        ContentShape shape = ContentShape.of(types.size() == 0 ? PLAIN : types);
        if (encodings.size() > 1) {
            throw ContentException.of(ContentFault.MALFORMED);
        }
        String encoding = encodings.isEmpty() ? "" : encodings.iterator().next();
        return switch (encoding) {
            case "", "7bit", "8bit", "binary" -> readers.of(shape, transfer, level + 1);
            case "base64" ->
                OctetSink.all(List.of(
                        new Base64Reader(readers.of(shape, _ -> Spelling.FIXED, level + 1)),
                        readers.of(ContentShape.anything(), transfer, level + 1)));
            case "quoted-printable" ->
                // Servers of forms do not know it, and read what stands there.
                OctetSink.all(List.of(
                        new QuotedPrintableReader(readers.of(
                                shape, octets -> Spelling.quotedPrintable(transfer.apply(octets)), level + 1)),
                        readers.of(ContentShape.anything(), transfer, level + 1)));
            default -> throw ContentException.of(ContentFault.MALFORMED);
        };
    }

    @Override
    public void end() throws ContentException {
        noDelimiter();
        endPart();
        if (header != null) {
            header.end();
        }
    }

    @Override
    public long undecidedFrom() {
        long first = matched > 0 && matchedStarts[0] >= 0
                ? matchedStarts[0]
                : matched > 1 ? matchedStarts[1] : Long.MAX_VALUE;
        if (part != null) {
            first = Math.min(first, part.undecidedFrom());
        }
        return header == null ? first : Math.min(first, header.undecidedFrom());
    }
}
