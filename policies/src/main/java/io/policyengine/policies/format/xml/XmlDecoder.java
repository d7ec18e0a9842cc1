package io.policyengine.policies.format.xml;

import io.policyengine.policies.format.utf8.Utf8Check;
import io.policyengine.policies.format.xml.XmlFault.Kind;
import java.util.Locale;
import java.util.Optional;

/**
 * Decodes a document byte by byte. The encoding is that of the first of these that is present: byte order mark,
 * {@code charset} of the message, declaration of the document. Otherwise it is UTF-8 (RFC 7303 §3). If these sources
 * disagree, the document is refused, since readers disagree as well. The supported encodings are UTF-8, UTF-16 with a
 * byte order mark, US-ASCII and ISO-8859-1. A lenient decoder also detects UTF-16 and UTF-32 by the zeros beside the
 * first character, as some parsers do.
 */
final class XmlDecoder {
    /** The result while a character is incomplete. */
    static final int NONE = -1;

    /** Number of first bytes that determine the encoding. */
    static final int HEAD = 4;

    private final Optional<Encoding> stated;
    private final boolean lenient;
    private final Utf8Check utf8 = new Utf8Check();
    private Encoding encoding = Encoding.UTF_8;
    /** True if the encoding is final, so that no declaration can change it. */
    private boolean certain;

    /** The octets of an incomplete UTF-32 character that have arrived; {@link #octets} is their number. */
    private int unit;

    private int octets;
    private int first = NONE;
    private int high = NONE;

    private enum Encoding {
        UTF_8,
        US_ASCII,
        ISO_8859_1,
        /** UTF-16 in the byte order that the byte order mark shows. */
        UTF_16,
        UTF_16BE,
        UTF_16LE,
        UTF_32BE,
        UTF_32LE;

        boolean isWide() {
            return this != UTF_8 && this != US_ASCII && this != ISO_8859_1;
        }

        /** Returns whether this stated encoding is consistent with the detected encoding. */
        boolean covers(Encoding other) {
            return this == other || (this == UTF_16 && (other == UTF_16BE || other == UTF_16LE));
        }
    }

    XmlDecoder() {
        this.stated = Optional.empty();
        this.lenient = false;
    }

    /**
     * Creates a decoder.
     *
     * @param charset stated by the message, in lower case
     * @param lenient true to detect UTF-16 and UTF-32 without a byte order mark, and to decode a document in an
     *     unsupported charset as ISO-8859-1
     * @throws XmlFault if the charset is not supported and the decoder is not lenient
     */
    XmlDecoder(Optional<String> charset, boolean lenient) throws XmlFault {
        this.lenient = lenient;
        Optional<Encoding> known = Optional.empty();
        try {
            known = charset.isEmpty() ? known : Optional.of(named(charset.get()));
        } catch (XmlFault unknown) {
            if (!lenient) {
                throw unknown;
            }
            encoding = Encoding.ISO_8859_1;
        }
        this.stated = known;
    }

    /**
     * Determines the encoding from the first bytes (XML 1.0, appendix F).
     *
     * @return the length of the byte order mark in bytes; 0 if there is none
     */
    int begin(byte[] head) throws XmlFault {
        int word = ((head[0] & 0xFF) << 24) | ((head[1] & 0xFF) << 16) | ((head[2] & 0xFF) << 8) | (head[3] & 0xFF);
        int half = word >>> 16;
        boolean otherWidth = word == 0x0000FEFF || word == 0xFFFE0000;
        boolean noMark = word == 0x003C003F || word == 0x3C003F00;
        boolean ebcdic = word == 0x4C6FA794;
        if (otherWidth || noMark || ebcdic) {
            throw new XmlFault(Kind.ENCODING);
        }
        if (half == 0xFEFF || half == 0xFFFE) {
            marked(half == 0xFEFF ? Encoding.UTF_16BE : Encoding.UTF_16LE);
            return 2;
        }
        if (word >>> 8 == 0xEFBBBF) {
            marked(Encoding.UTF_8);
            return 3;
        }
        Optional<Encoding> unmarked = lenient ? unmarked(head) : Optional.empty();
        if (unmarked.isPresent()) {
            encoding = unmarked.get();
            certain = true;
            return 0;
        }
        if (stated.isPresent()) {
            if (stated.get().isWide()) {
                throw new XmlFault(Kind.ENCODING);
            }
            encoding = stated.get();
            certain = true;
        }
        return 0;
    }

    /** Returns UTF-16 or UTF-32 if zeros beside a first {@code <} or blank indicate it; otherwise empty. */
    private static Optional<Encoding> unmarked(byte[] head) {
        if (head[0] == 0) {
            return isFirst(head[1])
                    ? Optional.of(Encoding.UTF_16BE)
                    : head[1] == 0 && head[2] == 0 && isFirst(head[3])
                            ? Optional.of(Encoding.UTF_32BE)
                            : Optional.empty();
        }
        if (!isFirst(head[0]) || head[1] != 0) {
            return Optional.empty();
        }
        return Optional.of(head[2] == 0 && head[3] == 0 ? Encoding.UTF_32LE : Encoding.UTF_16LE);
    }

    private static boolean isFirst(int c) {
        return c == '<' || XmlChars.isBlank(c);
    }

    private void marked(Encoding found) throws XmlFault {
        encoding = found;
        certain = true;
        if (stated.isPresent() && !stated.get().covers(found)) {
            throw new XmlFault(Kind.ENCODING);
        }
    }

    /** Changes the encoding of the bytes after the declaration to the encoding that the document declares. */
    void declared(String name) throws XmlFault {
        Encoding named = named(name.toLowerCase(Locale.ROOT));
        if (named.covers(encoding)) {
            return;
        }
        if (certain || named.isWide()) {
            throw new XmlFault(Kind.ENCODING);
        }
        encoding = named;
    }

    private static Encoding named(String name) throws XmlFault {
        return switch (name) {
            case "utf-8", "utf8" -> Encoding.UTF_8;
            case "us-ascii", "ascii" -> Encoding.US_ASCII;
            case "iso-8859-1", "latin1" -> Encoding.ISO_8859_1;
            case "utf-16" -> Encoding.UTF_16;
            case "utf-16be" -> Encoding.UTF_16BE;
            case "utf-16le" -> Encoding.UTF_16LE;
            default -> throw new XmlFault(Kind.ENCODING);
        };
    }

    /** Reads the next byte; returns the character that it completes, or {@link #NONE}. */
    int take(int octet) throws XmlFault {
        return switch (encoding) {
            case UTF_8 -> octet < 0x80 && !utf8.isWithin() ? octet : wideUtf8(octet);
            case US_ASCII -> {
                require(octet < 0x80);
                yield octet;
            }
            case ISO_8859_1 -> octet;
            case UTF_16, UTF_16BE, UTF_16LE -> utf16(octet);
            case UTF_32BE, UTF_32LE -> utf32(octet);
        };
    }

    private int wideUtf8(int octet) throws XmlFault {
        require(utf8.take(octet));
        return utf8.isWithin() ? NONE : utf8.codePoint();
    }

    private int utf32(int octet) throws XmlFault {
        unit = encoding == Encoding.UTF_32LE ? unit | (octet << (8 * octets)) : (unit << 8) | octet;
        if (++octets < Integer.BYTES) {
            return NONE;
        }
        int whole = unit;
        unit = 0;
        octets = 0;
        if (!Character.isValidCodePoint(whole)) {
            // The zeros at the beginning did not mean UTF-32.
            throw new XmlFault(Kind.MALFORMED);
        }
        return whole;
    }

    private int utf16(int octet) throws XmlFault {
        if (first == NONE) {
            first = octet;
            return NONE;
        }
        int unit = encoding == Encoding.UTF_16LE ? (octet << 8) | first : (first << 8) | octet;
        first = NONE;
        if (high != NONE) {
            require(Character.isLowSurrogate((char) unit));
            int whole = Character.toCodePoint((char) high, (char) unit);
            high = NONE;
            return whole;
        }
        require(!Character.isLowSurrogate((char) unit));
        if (Character.isHighSurrogate((char) unit)) {
            high = unit;
            return NONE;
        }
        return unit;
    }

    /** Returns whether the bytes so far end with a complete character. */
    boolean isBetween() {
        return octets == 0 && first == NONE && high == NONE && !utf8.isWithin();
    }

    private static void require(boolean holds) throws XmlFault {
        if (!holds) {
            throw new XmlFault(Kind.UNDECODABLE);
        }
    }
}
