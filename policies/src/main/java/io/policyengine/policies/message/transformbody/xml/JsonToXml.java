package io.policyengine.policies.message.transformbody.xml;

import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonTexts;
import io.policyengine.policies.format.xml.XmlEvents;
import io.policyengine.policies.format.xml.XmlFault;
import io.policyengine.policies.format.xml.XmlLimits;
import io.policyengine.policies.format.xml.XmlScanner;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Converts JSON to XML documents, the inverse of {@link XmlToJson}. The output is parsed again, so that only
 * well-formed XML passes.
 */
public final class JsonToXml {
    private static final String DECLARATION = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

    /** Maximum length of a result in characters, in addition to a multiple of the length of the input. */
    private static final int MAX_FIXED = 2 << 20;

    /** Limits of the resulting XML. Two levels of elements per level of JSON are always sufficient. */
    private static final XmlLimits LIMITS = new XmlLimits(
            2 * XmlMapping.MAX_DEPTH,
            Integer.MAX_VALUE,
            10_000,
            10_000,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            XmlLimits.Allowed.NONE);

    private JsonToXml() {}

    /**
     * Converts the text to a document in UTF-8.
     *
     * @throws UnfitTextException if the text is not JSON in UTF-8, a name or text is invalid in XML, or the result
     *     exceeds {@link #mostOf}: XML repeats an array's name for each element
     */
    public static byte[] convert(byte[] json, XmlMapping mapping, StopSignal stop) throws UnfitTextException {
        JsonNode text;
        try {
            text = JsonTexts.read(json, stop);
        } catch (JsonFault fault) {
            throw new UnfitTextException("it is not readable JSON: " + fault.kind(), false);
        }
        stop.check();
        byte[] document = (DECLARATION + new XmlWriter(mapping, mostOf(json.length)).document(text))
                .getBytes(StandardCharsets.UTF_8);
        try {
            XmlScanner scanner = new XmlScanner(LIMITS, Optional.empty(), XmlEvents.NONE);
            scanner.take(document, 0, document.length);
            scanner.end();
        } catch (XmlFault fault) {
            throw new UnfitTextException("its names and texts are not valid XML: " + fault.kind(), false);
        }
        return document;
    }

    /** Returns the maximum length of the resulting XML, in characters, for JSON of the given length in bytes. */
    public static long mostOf(long bytes) {
        return 4 * bytes + MAX_FIXED;
    }
}
