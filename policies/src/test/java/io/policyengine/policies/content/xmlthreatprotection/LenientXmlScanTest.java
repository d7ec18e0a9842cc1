package io.policyengine.policies.content.xmlthreatprotection;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.RequestView;
import io.policyengine.testkit.policy.ChunkProperty;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies and parts of any stated type, judged in every way in which an XML parser reads them. */
class LenientXmlScanTest {
    private static final List<String> TYPES = List.of(
            "application/xml",
            "text/plain",
            "text/plain; charset=utf-8",
            "text/html; charset=windows-1252",
            "application/octet-stream",
            "application/json",
            "application/problem+json",
            "application/x-www-form-urlencoded");
    private static final List<String> PARTS = List.of(
            "Content-Type: application/xml\r\n",
            "Content-Type: application/soap+xml; charset=utf-8\r\n",
            "Content-Type: text/plain\r\n",
            "Content-Disposition: form-data; name=\"a\"\r\n");
    private static final String DEEP = "<b>".repeat(40);
    private static final String SUBSET = "<!DOCTYPE a [<!ENTITY e \"boom\">]><a>&e;</a>";

    private static int status(String type, byte[] body) {
        RequestView request = TestMessages.get("/", "content-type", type).withBody(Buffer.buffer(body));
        try (PolicyTester tester = PolicyTester.of(new XmlThreatProtectionFactory(), "{}")) {
            var run = tester.request(request);
            return run.isDenied() ? run.denial().status() : 200;
        }
    }

    private static byte[] part(String fields, byte[] content) {
        return Buffer.buffer("--x\r\n" + fields + "\r\n")
                .appendBytes(content)
                .appendString("\r\n--x--\r\n")
                .getBytes();
    }

    private static void isRefusedEverywhere(byte[] document) {
        for (String type : TYPES) {
            assertThat(status(type, document)).as(type).isBetween(400, 415);
        }
        for (String fields : PARTS) {
            for (String type : List.of("multipart/related", "multipart/form-data")) {
                assertThat(status(type + "; boundary=x", part(fields, document)))
                        .as(type + " " + fields)
                        .isBetween(400, 415);
            }
            byte[] base64 = Base64.getEncoder().encode(document);
            assertThat(status(
                            "multipart/mixed; boundary=x",
                            part(fields + "Content-Transfer-Encoding: base64\r\n", base64)))
                    .as("base64 " + fields)
                    .isBetween(400, 415);
        }
        ChunkProperty.holds(
                new XmlThreatProtectionFactory(),
                "{}",
                TestMessages.get("/", "content-type", "text/plain"),
                Buffer.buffer(document));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<?xml version=\"1.1\"?>",
                "<?xml version=\"1.2\"?>",
                "<?xml version=\"1.1\"?>\u0085",
                "<?xml version=\"1.1\"?>\u2028",
                "<?xml encoding='utf-8' version='1.0'?>",
                "<?xml version='1.0' other='x'?>",
                "<?xml?>",
                "\n<?xml version='1.0'?>",
                "<?XML version='1.0'?>",
                "<!-- a -- b -->",
                "<!-- a --->",
                "\uFEFF<?xml version='1.1'?>"
            })
    void refusesADocumentTypeBehindWhatSomeParserReads(String beginning) {
        isRefusedEverywhere((beginning + SUBSET).getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPEa [<!ENTITY e 'boom'>]><a>&e;</a>",
                "<?xml version=\"1.1\"?><!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>",
                "<?xml version=\"1.1\"?><!DOCTYPE html [<!ENTITY e 'boom'>]><a>&e;</a>"
            })
    void refusesADocumentType(String document) {
        isRefusedEverywhere(document.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<x:a>",
                "<a x:b=''>",
                "<:a>",
                "<a:>",
                "<\u00E9>",
                "<\u0E46>",
                "<a:b:c>",
                "<a :b=''>",
                "<a xmlns:p=\"\">",
                "<a xmlns:xml='u'>",
                "<a xmlns='http://www.w3.org/2000/xmlns/'>",
                "<a xmlns:xmlns='u'>",
                "<a xmlns:p='u' xmlns:q='u' p:b='' q:b=''>",
                "<a>&#1;",
                "<a b='&#x1F;'>",
                "<a>]]>",
                "<a>\u0001",
                "<a>\uFFFF",
                "<?xml version='1.1'?><a>"
            })
    void refusesDepthBehindWhatSomeParserReads(String beginning) {
        isRefusedEverywhere((beginning + DEEP).getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void refusesWideDocumentsWithoutAMark(String charset) {
        for (String document :
                List.of(SUBSET, " \n" + SUBSET, "<a>" + DEEP, "\n<a>" + DEEP, "<?xml version='1.0'?>" + SUBSET)) {
            byte[] octets = document.getBytes(Charset.forName(charset));
            for (String type : List.of("text/plain; charset=" + charset, "application/xml; charset=" + charset)) {
                assertThat(status(type, octets)).as(type).isBetween(400, 415);
            }
            for (String type : List.of("text/plain", "application/octet-stream", "application/x-www-form-urlencoded")) {
                assertThat(status(type, octets)).as(type).isBetween(400, 415);
            }
            for (String fields : PARTS) {
                assertThat(status("multipart/related; boundary=x", part(fields, octets)))
                        .as(fields)
                        .isBetween(400, 415);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"<a>", "<a>&nbsp;</a>", "{}", "<!DOCTYPE html><a/>", "<a/><a/>"})
    void aPartThatStatesXmlMustBeXml(String content) {
        byte[] octets = content.getBytes(StandardCharsets.UTF_8);

        assertThat(status("multipart/related; boundary=x", part("Content-Type: application/xop+xml\r\n", octets)))
                .isEqualTo(400);
        assertThat(status("multipart/related; boundary=x", part("Content-Type: text/plain\r\n", octets)))
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<a/>", "<?xml version='1.0' encoding='utf-8'?>\r\n<s:a xmlns:s='u'>x</s:a>"})
    void aPartThatIsXmlPasses(String content) {
        byte[] octets = content.getBytes(StandardCharsets.UTF_8);

        assertThat(status("multipart/related; boundary=x", part("Content-Type: application/xop+xml\r\n", octets)))
                .isEqualTo(200);
        assertThat(status(
                        "multipart/related; boundary=x",
                        part(
                                "Content-Type: image/svg+xml\r\nContent-Transfer-Encoding: base64\r\n",
                                Base64.getEncoder().encode(octets))))
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\0\0\0<ftypisom\0\0\2\0",
                "\n\0\n\0\22\0",
                "\t\0\0\0\1",
                " \0\u00FF\u00FF",
                "<3 you",
                "<p>caf\u00E9 <b>x</p>",
                "<!doctype html><p>caf\u00E9",
                "<script>if (a<b) { }",
                "\u00EF\u00BB\u00BFa;b;\u00C3\u00A9"
            })
    void whatNoParserReadsPasses(String latin1) {
        byte[] octets = latin1.getBytes(StandardCharsets.ISO_8859_1);

        assertThat(status("text/plain; charset=windows-1252", octets)).isEqualTo(200);
        if (latin1.indexOf('\u00E9') < 0) {
            assertThat(status("application/octet-stream", octets)).isEqualTo(200);
            assertThat(status("application/octet-stream; charset=binary", octets))
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"utf-7", "IBM037", "iso-2022-jp", "x-none"})
    void refusesACharsetInWhichAsciiIsOther(String charset) {
        byte[] octets = "+ADwAIQ-DOCTYPE a [+ADwAIQ-ENTITY e 'x'+AD4-]+AD4-".getBytes(StandardCharsets.US_ASCII);

        assertThat(status("text/plain; charset=" + charset, octets)).isEqualTo(415);
        assertThat(status("text/plain; charset=shift_jis", octets)).isEqualTo(200);
    }
}
