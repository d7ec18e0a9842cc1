package io.policyengine.policies.content.xmlthreatprotection;

import io.policyengine.core.instruction.DenialCode;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.policies.format.xml.XmlFault;
import io.policyengine.policies.format.xml.XmlLimits;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** The responses to requests with refused XML. Each reason has its own code. */
final class XmlDenials {
    static final Denial RESPONSE = new Denial(
            502,
            XmlThreatCode.INVALID_RESPONSE,
            "The XML of the response is malformed or too complex",
            DenialReason.POLICY_DENIED);

    private final XmlLimits limits;
    private final Map<XmlFault.Kind, ImmediateResponse> answers = new EnumMap<>(XmlFault.Kind.class);

    private final ImmediateResponse ofParts;

    XmlDenials(XmlLimits limits, DenialFormat format) {
        this.limits = limits;
        for (XmlFault.Kind kind : XmlFault.Kind.values()) {
            answers.put(kind, denial(kind).response(format));
        }
        this.ofParts = refused(
                        400,
                        XmlThreatCode.INVALID_MULTIPART,
                        "Servers may read the multipart body of the request differently")
                .response(format);
    }

    ImmediateResponse of(XmlFault.Kind kind) {
        return Objects.requireNonNull(answers.get(kind));
    }

    /** Returns the denial of a multipart body that servers may split differently. */
    ImmediateResponse ofParts() {
        return ofParts;
    }

    private Denial denial(XmlFault.Kind kind) {
        return switch (kind) {
            case MALFORMED ->
                refused(400, XmlThreatCode.INVALID_XML, "The body of the request is not well-formed XML 1.0");
            case ENCODING ->
                refused(
                        415,
                        XmlThreatCode.XML_ENCODING,
                        "The XML must be in UTF-8, UTF-16 with a byte order mark, US-ASCII or ISO-8859-1, and must state "
                                + "only one encoding");
            case UNDECODABLE ->
                refused(400, XmlThreatCode.XML_UNDECODABLE, "The XML has bytes that are not of its encoding");
            case DTD -> refused(400, XmlThreatCode.XML_DTD, "The XML has a document type declaration");
            case ENTITY ->
                refused(
                        400,
                        XmlThreatCode.XML_ENTITY,
                        "The XML refers to an entity other than lt, gt, amp, apos and quot");
            case INSTRUCTION ->
                refused(400, XmlThreatCode.XML_PROCESSING_INSTRUCTION, "The XML has a processing instruction");
            case COMMENT -> refused(400, XmlThreatCode.XML_COMMENT, "The XML has a comment");
            case DEPTH ->
                refused(400, XmlThreatCode.XML_TOO_DEEP, "The XML nests deeper than " + limits.depth() + " levels");
            case CHILDREN ->
                refused(
                        400,
                        XmlThreatCode.XML_TOO_MANY_MEMBERS,
                        "An element of the XML has more than " + limits.children() + " child elements");
            case ATTRIBUTES ->
                refused(
                        400,
                        XmlThreatCode.XML_TOO_MANY_ATTRIBUTES,
                        "An element of the XML has more than " + limits.attributes() + " attributes");
            case NAMESPACES ->
                refused(
                        400,
                        XmlThreatCode.XML_TOO_MANY_NAMESPACES,
                        "The XML has more than " + limits.namespaces() + " declarations of namespaces at one place");
            case STRING ->
                refused(
                        413,
                        XmlThreatCode.XML_STRING_TOO_LONG,
                        "A text or a value of the XML has more than " + limits.stringBytes() + " bytes");
            case NAME ->
                refused(
                        413,
                        XmlThreatCode.XML_NAME_TOO_LONG,
                        "A name of the XML has more than " + limits.nameBytes() + " bytes");
        };
    }

    private static Denial refused(int status, DenialCode code, String message) {
        return new Denial(status, code, message, DenialReason.INVALID_REQUEST);
    }
}
