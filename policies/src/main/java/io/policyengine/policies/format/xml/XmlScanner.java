package io.policyengine.policies.format.xml;

import io.policyengine.policies.format.form.FormCharset;
import io.policyengine.policies.format.xml.XmlFault.Kind;
import io.policyengine.policies.format.xml.XmlLimits.Leniency;
import java.util.Optional;

/**
 * Reads an XML 1.0 document (fifth edition, with Namespaces in XML 1.0) from bytes in pieces of any length. Checks that
 * the document is well-formed, has no document type unless the limits permit it, and is within its limits. Whether the
 * document is accepted does not depend on how its bytes are divided. A fault is reported at the first byte that causes
 * it. Only the first {@value XmlDecoder#HEAD} bytes, which determine the encoding, are judged together.
 *
 * <p>Holds the names of the open elements, the names of one start tag, and the namespace declarations in scope. The
 * limits bound all of them. Time is linear in the bytes.
 */
public final class XmlScanner {
    private static final int NEXT_LINE = 0x85;
    private static final int LINE_SEPARATOR = 0x2028;

    private final XmlDecoder decoder;
    private final XmlMarkup markup;
    private final byte[] head = new byte[XmlDecoder.HEAD];
    private int headBytes;
    private final boolean isOfCharacters;
    private final boolean lenient;
    private boolean afterReturn;

    /**
     * Creates a reader.
     *
     * @param charset stated by the message, see {@link XmlTypes#charsetOf}
     * @throws XmlFault if the charset is not supported
     */
    public XmlScanner(XmlLimits limits, Optional<String> charset, XmlEvents events) throws XmlFault {
        this.lenient = limits.allowed().leniency() != Leniency.NONE;
        this.decoder = new XmlDecoder(charset, lenient);
        this.markup = new XmlMarkup(limits, decoder::declared, events);
        this.isOfCharacters = false;
    }

    private XmlScanner(XmlLimits limits, XmlEvents events) {
        this.lenient = limits.allowed().leniency() != Leniency.NONE;
        this.decoder = new XmlDecoder();
        this.markup = new XmlMarkup(limits, XmlScanner::requireAscii, events);
        this.isOfCharacters = true;
    }

    /** Refuses a declared encoding in which other parsers would decode different characters. */
    private static void requireAscii(String encoding) throws XmlFault {
        if (!FormCharset.showsItself(encoding)) {
            throw new XmlFault(Kind.ENCODING);
        }
    }

    /**
     * Creates a reader of decoded characters. It ignores the declared encoding, except that an encoding in which ASCII
     * octets mean other characters is a fault.
     */
    public static XmlScanner ofCharacters(XmlLimits limits, XmlEvents events) {
        return new XmlScanner(limits, events);
    }

    /**
     * Reads the next bytes.
     *
     * @throws XmlFault if no document that begins like this is valid within the limits; the scanner is unusable
     *     afterwards
     */
    public void take(byte[] bytes, int start, int end) throws XmlFault {
        int i = start;
        while (i < end && headBytes < head.length) {
            head[headBytes++] = bytes[i++];
            if (headBytes == head.length) {
                for (int at = decoder.begin(head); at < head.length; at++) {
                    take(head[at] & 0xFF);
                }
            }
        }
        for (; i < end; i++) {
            take(bytes[i] & 0xFF);
        }
    }

    /** Returns the bytes of memory held for the names of open elements and for the namespaces in scope. */
    public long heldBytes() {
        return markup.heldBytes();
    }

    /**
     * Ends the document.
     *
     * @throws XmlFault if the document is incomplete
     */
    public void end() throws XmlFault {
        require((isOfCharacters || headBytes == head.length) && markup.isWhole() && decoder.isBetween());
    }

    private static void require(boolean holds) throws XmlFault {
        if (!holds) {
            throw new XmlFault(Kind.MALFORMED);
        }
    }

    private void take(int octet) throws XmlFault {
        int c;
        try {
            c = decoder.take(octet);
        } catch (XmlFault undecodable) {
            // Input that does not begin like a document is malformed, whatever its bytes are.
            throw markup.isBegun() ? undecodable : new XmlFault(Kind.MALFORMED);
        }
        if (c != XmlDecoder.NONE) {
            character(c);
        }
    }

    /**
     * Reads the next character; only for readers {@linkplain #ofCharacters of characters}.
     *
     * @throws XmlFault as {@link #take(byte[], int, int)}
     */
    public void character(int read) throws XmlFault {
        // XML 1.1 §2.11 defines additional line ends.
        int c = lenient && (read == NEXT_LINE || read == LINE_SEPARATOR) ? '\n' : read;
        boolean secondOfLineEnd = afterReturn && c == '\n';
        afterReturn = c == '\r';
        if (!secondOfLineEnd) {
            require(lenient ? c >= 0 : XmlChars.isChar(c));
            markup.take(afterReturn ? '\n' : c);
        }
    }
}
