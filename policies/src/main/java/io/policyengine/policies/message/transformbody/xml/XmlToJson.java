package io.policyengine.policies.message.transformbody.xml;

import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.format.xml.XmlEvents;
import io.policyengine.policies.format.xml.XmlFault;
import io.policyengine.policies.format.xml.XmlLimits;
import io.policyengine.policies.format.xml.XmlScanner;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Converts an XML document to a JSON object with the outermost element as its only member. An element without
 * attributes and child elements becomes a string. Any other element becomes an object of its attributes, child elements
 * and text. Elements with the same name and parent become an array. Comments and processing instructions are dropped; a
 * document type declaration is refused.
 */
public final class XmlToJson {
    private static final int STEP = 64 << 10;
    private static final XmlLimits LIMITS = new XmlLimits(
            XmlMapping.MAX_DEPTH,
            Integer.MAX_VALUE,
            10_000,
            10_000,
            Integer.MAX_VALUE,
            50_000,
            new XmlLimits.Allowed(true, true, XmlLimits.Leniency.NONE));

    private XmlToJson() {}

    /**
     * Measures a document.
     *
     * @param charset charset that the message states
     * @throws UnfitTextException if it is not readable XML, nests deeper than 500 levels, or has too many values
     */
    public static XmlSize measure(byte[] document, Optional<String> charset, XmlMapping mapping, StopSignal stop)
            throws UnfitTextException {
        XmlSize.Counter counter = new XmlSize.Counter();
        scan(document, charset, counter, stop);
        if (counter.values() > mapping.maxValues()) {
            throw new UnfitTextException(
                    "it has " + counter.values() + " elements and attributes, more than xml.max_values: "
                            + mapping.maxValues(),
                    true);
        }
        return new XmlSize(document.length, counter.values());
    }

    /**
     * Returns the document as JSON in UTF-8.
     *
     * @param document a document that has been {@link #measure measured}
     * @throws UnfitTextException if two attributes of an element have the same member name
     */
    public static byte[] convert(byte[] document, Optional<String> charset, XmlMapping mapping, StopSignal stop)
            throws UnfitTextException {
        JsonBuilder builder = new JsonBuilder(mapping);
        scan(document, charset, builder, stop);
        return builder.root().toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void scan(byte[] document, Optional<String> charset, XmlEvents events, StopSignal stop)
            throws UnfitTextException {
        try {
            XmlScanner scanner = new XmlScanner(LIMITS, charset, events);
            for (int at = 0; at < document.length; at += STEP) {
                stop.check();
                scanner.take(document, at, Math.min(document.length, at + STEP));
            }
            scanner.end();
        } catch (XmlFault fault) {
            throw new UnfitTextException("it is not readable XML: " + fault.kind(), false);
        }
    }
}
