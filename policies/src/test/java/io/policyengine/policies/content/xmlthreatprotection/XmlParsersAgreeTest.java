package io.policyengine.policies.content.xmlthreatprotection;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.policies.format.xml.XmlFault;
import io.policyengine.policies.format.xml.XmlLimits;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.xml.parsers.SAXParser;
import javax.xml.parsers.SAXParserFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.Attributes;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.ext.DefaultHandler2;

/** A document type or a depth that a parser without namespaces reads is refused, whatever is before it. */
class XmlParsersAgreeTest {
    private static final int DOCUMENTS = Boolean.getBoolean("tests.all") ? 60_000 : 12_000;
    private static final int MAX_DEPTH = 2;
    private static final XmlLimits LIMITS = new XmlLimits(
            MAX_DEPTH, 100, 100, 100, 10_000, 1_000, new XmlLimits.Allowed(true, true, XmlLimits.Leniency.NONE));
    private static final List<String> PROLOG = List.of(
            "<?xml version='1.0'?>",
            "<?xml version='1.1'?>",
            "<?xml version=\"1.1\" encoding='utf-8' standalone='no' ?>",
            "<?xml version='1.1' encoding='us-ascii'?>",
            "\uFEFF",
            "\n",
            "\u0085",
            "\u2028",
            "<!-- a -->",
            "<!---->",
            "<?a b?>",
            "<?a:b c?>",
            "<?a?>",
            "<!DOCTYPE a>",
            "<!DOCTYPE  a SYSTEM 'u'>",
            "<!DOCTYPE a [<!ENTITY e 'x'>]>",
            "<!DOCTYPE html>",
            "<!DOCTYPE html PUBLIC 'p' 'u'>");
    private static final List<String> CONTENT = List.of(
            "<a>",
            "<a ",
            "<b\u0085c=''>",
            "<x:b>",
            "<:b>",
            "<b:c:d>",
            "<a xmlns:p=''>",
            "<a xmlns='http://www.w3.org/2000/xmlns/' p:q='&#1;'>",
            "<\u00E9\u0E46>",
            "<a/>",
            "</a>",
            "</x:b>",
            "b='c'",
            ">",
            "x",
            "]]",
            "&#1;",
            "&#x7F;",
            "&amp;",
            "&e;",
            "<![CDATA[<a>]]>",
            "<!-- <a> -->",
            "<?p <a>?>",
            "\u0086",
            "\r\n");

    /** Notes a document type and an element that is too deep. */
    private static final class Seen extends DefaultHandler2 {
        private int depth;
        private String what = "";

        @Override
        public void startDTD(String name, String publicId, String systemId) {
            what = name.equals("html") && publicId == null && systemId == null ? what : "a document type";
        }

        @Override
        public void startElement(String uri, String localName, String qName, Attributes attributes) {
            depth++;
            what = depth > MAX_DEPTH ? "depth" : what;
        }

        @Override
        public void endElement(String uri, String localName, String qName) {
            depth--;
        }

        @Override
        public InputSource resolveEntity(String name, String publicId, String baseUri, String systemId) {
            return new InputSource(new StringReader(""));
        }
    }

    private static boolean passes(byte[] document) {
        LenientXmlScan scan = new LenientXmlScan(LIMITS, Optional.empty());
        try {
            scan.take(document, 0, document.length);
            return true;
        } catch (XmlFault fault) {
            return false;
        }
    }

    private static String document(Random random) {
        StringBuilder document = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            document.append(PROLOG.get(random.nextInt(PROLOG.size())));
        }
        for (int i = random.nextInt(8); i > 0; i--) {
            document.append(CONTENT.get(random.nextInt(CONTENT.size())));
        }
        return document.toString();
    }

    @Test
    void refusesWhatAnotherParserSees() throws Exception {
        SAXParser parser = SAXParserFactory.newDefaultInstance().newSAXParser();
        int refused = 0;
        for (int seed = 0; seed < DOCUMENTS; seed++) {
            String document = document(new Random(seed));
            byte[] octets = document.getBytes(StandardCharsets.UTF_8);
            Seen seen = new Seen();
            parser.setProperty("http://xml.org/sax/properties/lexical-handler", seen);
            try {
                parser.parse(new ByteArrayInputStream(octets), seen);
            } catch (SAXException incomplete) {
                // What it has seen counts.
            }
            if (!seen.what.isEmpty()) {
                refused++;
                assertThat(passes(octets)).as("%s in %s", seen.what, document).isFalse();
            }
        }
        assertThat(refused).isGreaterThan(DOCUMENTS / 20);
    }
}
