package io.policyengine.policies.content.xmlthreatprotection;

import io.policyengine.policies.format.parts.OctetScan;
import io.policyengine.policies.format.xml.XmlEvents;
import io.policyengine.policies.format.xml.XmlFault;
import io.policyengine.policies.format.xml.XmlLimits;
import io.policyengine.policies.format.xml.XmlScanner;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Scans a body or part that must be either XML or empty. */
final class StrictXmlScan implements OctetScan<XmlFault> {
    private final XmlLimits limits;
    private final Optional<String> charset;
    private @Nullable XmlScanner scanner;

    StrictXmlScan(XmlLimits limits, Optional<String> charset) {
        this.limits = limits;
        this.charset = charset;
    }

    @Override
    public void take(byte[] bytes, int start, int end) throws XmlFault {
        if (start == end) {
            return;
        }
        XmlScanner begun = scanner;
        if (begun == null) {
            begun = new XmlScanner(limits, charset, XmlEvents.NONE);
            scanner = begun;
        }
        begun.take(bytes, start, end);
    }

    @Override
    public void end() throws XmlFault {
        if (scanner != null) {
            scanner.end();
        }
    }

    @Override
    public long heldBytes() {
        return scanner == null ? 0 : scanner.heldBytes();
    }
}
