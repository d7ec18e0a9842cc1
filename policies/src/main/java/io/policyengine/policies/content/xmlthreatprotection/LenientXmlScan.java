package io.policyengine.policies.content.xmlthreatprotection;

import io.policyengine.policies.format.form.FormCharset;
import io.policyengine.policies.format.parts.OctetScan;
import io.policyengine.policies.format.xml.XmlEvents;
import io.policyengine.policies.format.xml.XmlFault;
import io.policyengine.policies.format.xml.XmlLimits;
import io.policyengine.policies.format.xml.XmlScanner;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Scans bytes that need not be XML, until every parser would reject them as XML. A fault is an exceeded limit, or a
 * stated charset in which ASCII octets mean other characters. In other unsupported charsets, only ASCII characters are
 * examined.
 */
final class LenientXmlScan implements OctetScan<XmlFault> {
    /**
     * Bytes with which an XML document may begin: a tag, blanks, a byte order mark, the zero byte of a UTF-16 or UTF-32
     * character, or a tag in EBCDIC.
     */
    private static final String BEGINNINGS = "<\t\n\r \0\u00EF\u00FE\u00FFL";

    private final XmlLimits limits;
    private final Optional<String> charset;
    private @Nullable XmlScanner scanner;
    private boolean isOther;

    LenientXmlScan(XmlLimits limits, Optional<String> charset) {
        this.limits = limits.lenient();
        this.charset = charset;
    }

    @Override
    public boolean isOther() {
        return isOther;
    }

    @Override
    public void take(byte[] bytes, int start, int end) throws XmlFault {
        if (isOther || start == end) {
            return;
        }
        XmlScanner begun = scanner;
        if (begun == null) {
            if (!stated().allMatch(FormCharset::showsItself)) {
                throw XmlFault.ofEncoding();
            }
            if (BEGINNINGS.indexOf(bytes[start] & 0xFF) < 0) {
                isOther = true;
                return;
            }
            begun = new XmlScanner(limits, charset, XmlEvents.NONE);
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

    private Stream<String> stated() {
        return charset.stream().flatMap(names -> Arrays.stream(names.split(",", -1)));
    }

    /** Returns whether XML parsers stop at a fault of this kind. */
    private static boolean endsXml(XmlFault.Kind kind) {
        return kind == XmlFault.Kind.MALFORMED || kind == XmlFault.Kind.ENTITY;
    }

    @Override
    public long heldBytes() {
        return scanner == null ? 0 : scanner.heldBytes();
    }
}
