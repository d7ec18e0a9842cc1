package io.policyengine.policies.xmlthreatprotection;

import io.policyengine.policies.xml.XmlEvents;
import io.policyengine.policies.xml.XmlFault;
import io.policyengine.policies.xml.XmlLimits;
import io.policyengine.policies.xml.XmlScanner;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The scan of the parts of a multipart body (RFC 2046 §5.1.1), as it comes. A part begins behind the empty line after any place where the
 * boundary stands, whether or not a reader takes it for one, and is scanned for as long as it may be XML: the next boundary is none. Holds
 * one scanner.
 */
final class PartScan {
    private final XmlLimits limits;
    private final byte[] delimiter;
    /** Of each number of its bytes that have come: how many of them begin it again where the next one does not go on (Knuth, Morris, Pratt). */
    private final int[] shorter;

    private int matched;
    private boolean inHeaders;
    private boolean inFirstLine;
    private int lineBytes;
    private @Nullable XmlScanner part;

    /** A scan before the first byte. */
    PartScan(XmlLimits limits, String boundary) {
        this.limits = limits;
        this.delimiter = ("--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
        this.shorter = new int[delimiter.length];
        for (int i = 1, same = 0; i < delimiter.length; i++) {
            while (same > 0 && delimiter[i] != delimiter[same]) {
                same = shorter[same - 1];
            }
            same += delimiter[i] == delimiter[same] ? 1 : 0;
            shorter[i] = same;
        }
    }

    /**
     * Takes the next bytes.
     *
     * @throws XmlFault if a part is beyond a limit
     */
    void take(byte[] bytes, int start, int end) throws XmlFault {
        int from = start;
        for (int i = start; i < end; i++) {
            if (endsDelimiter(bytes[i])) {
                scan(bytes, from, i + 1);
                part = null;
                inHeaders = true;
                inFirstLine = true;
                lineBytes = 0;
                from = i + 1;
            } else if (inHeaders && endsHeaders(bytes[i])) {
                inHeaders = false;
                part = new XmlScanner(limits, Optional.empty(), XmlEvents.NONE);
                from = i + 1;
            }
        }
        scan(bytes, from, end);
    }

    private void scan(byte[] bytes, int start, int end) throws XmlFault {
        XmlScanner scanner = part;
        if (scanner == null) {
            return;
        }
        try {
            scanner.take(bytes, start, end);
        } catch (XmlFault fault) {
            part = null;
            if (!BodyScan.endsXml(fault.kind())) {
                throw fault;
            }
        }
    }

    private boolean endsDelimiter(byte octet) {
        while (matched > 0 && (matched == delimiter.length || octet != delimiter[matched])) {
            matched = shorter[matched - 1];
        }
        matched += octet == delimiter[matched] ? 1 : 0;
        return matched == delimiter.length;
    }

    /** True at the end of an empty line, other than the boundary's own. */
    private boolean endsHeaders(byte octet) {
        if (octet == '\n') {
            boolean ends = !inFirstLine && lineBytes == 0;
            inFirstLine = false;
            lineBytes = 0;
            return ends;
        }
        lineBytes += octet == '\r' ? 0 : 1;
        return false;
    }
}
