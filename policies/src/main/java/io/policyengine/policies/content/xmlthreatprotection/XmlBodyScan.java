package io.policyengine.policies.content.xmlthreatprotection;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.policies.content.shared.threats.BodyScan;
import io.policyengine.policies.format.multipart.MultipartFault;
import io.policyengine.policies.format.parts.OctetScan;
import io.policyengine.policies.format.parts.Parts;
import io.policyengine.policies.format.xml.XmlFault;
import io.policyengine.policies.format.xml.XmlLimits;
import io.policyengine.policies.format.xml.XmlTypes;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Scans one body as it arrives. A body that must be XML is scanned strictly. Any other body is scanned leniently, both
 * as a whole and part by part if it is multipart or a form.
 */
final class XmlBodyScan extends BodyScan<XmlFault> {
    private final XmlDenials denials;

    /**
     * Creates a scan of a body before its first byte.
     *
     * @param mustBeXml false if the body may be anything
     */
    XmlBodyScan(PolicyEnvironment env, XmlLimits limits, XmlDenials denials, HeaderMap headers, boolean mustBeXml) {
        super(
                env,
                scan(limits, headers, mustBeXml),
                mustBeXml ? List.of() : Parts.scansByFields(headers, fields -> ofPart(limits, fields)));
        this.denials = denials;
    }

    private static OctetScan<XmlFault> ofPart(XmlLimits limits, HeaderMap fields) {
        return scan(limits, fields, MediaTypes.of(fields).stated().stream().anyMatch(XmlTypes::isXml));
    }

    private static OctetScan<XmlFault> scan(XmlLimits limits, HeaderMap headers, boolean mustBeXml) {
        Optional<String> charset = XmlTypes.charsetOf(headers);
        return mustBeXml ? new StrictXmlScan(limits, charset) : new LenientXmlScan(limits, charset);
    }

    @Override
    protected @Nullable ImmediateResponse denialOf(Step<XmlFault> step) {
        try {
            step.run();
            return null;
        } catch (XmlFault fault) {
            return denials.of(fault.kind());
        } catch (MultipartFault fault) {
            return denials.ofParts();
        }
    }

    @Override
    protected ImmediateResponse withoutMemory() {
        return denials.of(XmlFault.Kind.STRING);
    }

    @Override
    protected long heapBytes(long length) {
        return length;
    }
}
