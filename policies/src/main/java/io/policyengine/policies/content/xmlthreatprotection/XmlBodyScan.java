package io.policyengine.policies.content.xmlthreatprotection;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.work.StopSignal;
import io.policyengine.core.work.TooMuchMemoryException;
import io.policyengine.core.work.Work;
import io.policyengine.policies.format.multipart.MultipartFault;
import io.policyengine.policies.format.parts.OctetScan;
import io.policyengine.policies.format.parts.PartScan;
import io.policyengine.policies.format.parts.Parts;
import io.policyengine.policies.format.replace.Replacements;
import io.policyengine.policies.format.xml.XmlEvents;
import io.policyengine.policies.format.xml.XmlFault;
import io.policyengine.policies.format.xml.XmlLimits;
import io.policyengine.policies.format.xml.XmlScanner;
import io.policyengine.policies.format.xml.XmlTypes;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Scans one body as it arrives. A body that must be XML is scanned strictly. Any other body is scanned leniently, both
 * as a whole and in each of its parts.
 */
final class XmlBodyScan {
    /** Bytes that are scanned between two checks of the stop signal. */
    private static final int STEP = 64 << 10;

    private final PolicyEnvironment env;
    private final XmlDenials denials;
    private final boolean mustBeXml;
    /** The scan of a body that must be XML; null for any other body, and if the stated encoding is not supported. */
    private final @Nullable XmlScanner strict;

    private final LenientXmlScan whole;

    private final List<PartScan<XmlFault>> parts;
    private boolean begun;

    /**
     * Creates a scan before the first byte.
     *
     * @param mustBeXml false if the body may be anything
     */
    XmlBodyScan(PolicyEnvironment env, XmlLimits limits, XmlDenials denials, HeaderMap headers, boolean mustBeXml) {
        Optional<String> charset = XmlTypes.charsetOf(headers);
        this.env = env;
        this.denials = denials;
        this.mustBeXml = mustBeXml;
        this.strict = mustBeXml ? scanner(limits, charset) : null;
        this.whole = new LenientXmlScan(limits, charset);
        this.parts = mustBeXml ? List.of() : Parts.scansByFields(headers, fields -> ofPart(limits, fields));
    }

    private static OctetScan<XmlFault> ofPart(XmlLimits limits, HeaderMap fields) {
        Optional<String> charset = XmlTypes.charsetOf(fields);
        boolean isXml = MediaTypes.of(fields).stated().stream().anyMatch(XmlTypes::isXml);
        return isXml ? new StrictXmlScan(limits, charset) : new LenientXmlScan(limits, charset);
    }

    private static @Nullable XmlScanner scanner(XmlLimits limits, Optional<String> charset) {
        try {
            return new XmlScanner(limits, charset, XmlEvents.NONE);
        } catch (XmlFault unknown) {
            return null;
        }
    }

    /** Takes the next bytes. Returns a denial if the bytes have a fault or memory is lacking; otherwise empty. */
    Future<Optional<ImmediateResponse>> take(Call call, Buffer bytes, boolean last) {
        boolean passes = !mustBeXml && whole.isOther() && parts.isEmpty();
        if (passes || (!begun && bytes.length() == 0)) {
            return Future.succeededFuture(Optional.empty());
        }
        begun = true;
        if (bytes.length() > Replacements.LARGE) {
            return env.offLoop(
                            call,
                            Work.onBody(bytes.length(), bytes.length()),
                            stop -> Optional.ofNullable(scan(bytes.getBytes(), last, stop)))
                    .recover(failure -> failure instanceof TooMuchMemoryException
                            ? Future.succeededFuture(Optional.of(denials.of(XmlFault.Kind.STRING)))
                            : Future.failedFuture(failure));
        }
        return Future.succeededFuture(Optional.ofNullable(scan(bytes.getBytes(), last, () -> false)));
    }

    private @Nullable ImmediateResponse scan(byte[] bytes, boolean last, StopSignal stop) {
        XmlScanner scanner = strict;
        if (mustBeXml && scanner == null) {
            return denials.of(XmlFault.Kind.ENCODING);
        }
        try {
            for (int at = 0; at < bytes.length; at += STEP) {
                stop.check();
                int end = Math.min(bytes.length, at + STEP);
                if (scanner == null) {
                    lenient(bytes, at, end);
                } else {
                    scanner.take(bytes, at, end);
                }
            }
            if (last) {
                end();
            }
            return null;
        } catch (XmlFault fault) {
            return denials.of(fault.kind());
        } catch (MultipartFault fault) {
            return denials.ofParts();
        }
    }

    private void end() throws XmlFault, MultipartFault {
        if (strict != null) {
            strict.end();
        }
        for (PartScan<XmlFault> part : parts) {
            part.end();
        }
    }

    /** Returns the estimated bytes of memory that the scans hold for later bytes. */
    long heldBytes() {
        long all = strict == null ? whole.heldBytes() : strict.heldBytes();
        for (PartScan<XmlFault> part : parts) {
            all += part.heldBytes();
        }
        return all;
    }

    private void lenient(byte[] bytes, int start, int end) throws XmlFault, MultipartFault {
        whole.take(bytes, start, end);
        for (PartScan<XmlFault> part : parts) {
            part.take(bytes, start, end);
        }
    }
}
