package io.policyengine.policies.content.xmlthreatprotection;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.RequestView;
import io.policyengine.testkit.policy.ChunkProperty;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies beyond those of cases: large ones, and ones that are no text. */
class XmlThreatProtectionTest {
    private static final RequestView POST = TestMessages.get("/", "content-type", "application/xml");

    /** More than is read on the event loop. */
    private static String large(String end) {
        return "<a>" + "<b c='d'>e</b>\n".repeat(5_000) + end;
    }

    @ParameterizedTest
    @ValueSource(strings = {"</a>", "<b><c><d/></c></b></a>", "<!DOCTYPE a></a>", "", "]]></a>"})
    void aLargeBodyHasTheSameResultInAnyChunks(String end) {
        Buffer body = Buffer.buffer(large(end));

        ChunkProperty.holds(new XmlThreatProtectionFactory(), "max_depth: 3", POST, body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32BE", "UTF-8"})
    void aDocumentTypeIsRefusedInEveryEncodingThatSomeReaderTells(String encoding) throws Exception {
        String text = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>";
        Buffer body = Buffer.buffer(text.getBytes(Charset.forName(encoding)));

        try (PolicyTester tester = PolicyTester.of(new XmlThreatProtectionFactory(), "{}")) {
            assertThat(tester.request(POST.withBody(body)).denial().status()).isBetween(400, 415);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-8"})
    void soItIsWhereTheContentTypeLies(String encoding) throws Exception {
        String text = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>";
        RequestView lying = TestMessages.get("/", "content-type", "application/octet-stream");

        try (PolicyTester tester = PolicyTester.of(new XmlThreatProtectionFactory(), "{}")) {
            assertThat(tester.request(lying.withBody(Buffer.buffer(text.getBytes(Charset.forName(encoding)))))
                            .denial()
                            .status())
                    .isBetween(400, 415);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\u00FF\u00D8\u00FF\u00E0", "\0\0\0\u0018ftypmp42", "PK\3\4", "\u0089PNG", "%PDF-1.7", "L\u00F8"
            })
    void whatIsNoXmlPassesWithAnotherType(String octets) {
        RequestView other = TestMessages.get("/", "content-type", "application/octet-stream");
        Buffer body = Buffer.buffer((octets + "<!DOCTYPE").getBytes(StandardCharsets.ISO_8859_1));

        try (PolicyTester tester = PolicyTester.of(new XmlThreatProtectionFactory(), "{}")) {
            assertThat(tester.request(other.withBody(body)).isDenied()).isFalse();
        }
    }
}
