package io.policyengine.policies.content.xmlthreatprotection;

import io.policyengine.policies.format.parts.OctetScan;
import io.policyengine.policies.format.xml.XmlEvents;
import io.policyengine.policies.format.xml.XmlFault;
import io.policyengine.policies.format.xml.XmlLimits;
import io.policyengine.policies.format.xml.XmlScanner;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The scan of what need not be XML, for as long as it may be some: only what would be read as XML, and is beyond a limit, is refused. A charset of
 * which no XML is read says nothing.
 */
final class LenientXmlScan implements OctetScan<XmlFault> {
    /** Whatever a document begins with: a tag, blanks, a mark or half of a character, or the tag in EBCDIC. */
    private static final String BEGINNINGS = "<\t\n\r \0\u00EF\u00FE\u00FFL";

    private final XmlLimits limits;
    private final Optional<String> charset;
    private @Nullable XmlScanner scanner;
    private boolean isOther;

    /** A scan before the first byte. */
    LenientXmlScan(XmlLimits limits, Optional<String> charset) {
        this.limits = limits;
        this.charset = charset;
    }

    /** True once it is known to be no XML. */
    boolean isOther() {
        return isOther;
    }

    @Override
    public void take(byte[] bytes, int start, int end) throws XmlFault {
        if (isOther || start == end) {
            return;
        }
        XmlScanner begun = scanner;
        if (begun == null) {
            if (BEGINNINGS.indexOf(bytes[start] & 0xFF) < 0) {
                isOther = true;
                return;
            }
            begun = begin();
            scanner = begun;
        }
        try {
            begun.take(bytes, start, end);
        } catch (XmlFault fault) {
            if (!endsXml(fault.kind())) {
                throw fault;
            }
            isOther = true;
            scanner = null;
        }
    }

    private XmlScanner begin() throws XmlFault {
        try {
            return new XmlScanner(limits, charset, XmlEvents.NONE);
        } catch (XmlFault unknown) {
            return new XmlScanner(limits, Optional.empty(), XmlEvents.NONE);
        }
    }

    /** True if whoever reads XML reads no further. */
    private static boolean endsXml(XmlFault.Kind kind) {
        return kind == XmlFault.Kind.MALFORMED || kind == XmlFault.Kind.ENTITY;
    }

    @Override
    public long heldBytes() {
        return scanner == null ? 0 : scanner.heldBytes();
    }
}
