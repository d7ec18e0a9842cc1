package io.policyengine.policies.format.xml;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.content.contentfilter.ContentFilterFactory;
import io.policyengine.policies.content.xmlthreatprotection.XmlThreatProtectionFactory;
import io.policyengine.policies.message.transformbody.TransformBodyFactory;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts of XML are the same for the policies that search them and for those that make JSON of them. */
class XmlReadersAgreeTest {
    private static RequestRun run(PolicyFactory<?> factory, String params, RequestView request) {
        return PolicyTester.of(factory, params).request(request);
    }

    private static RequestView post(String body) {
        return TestMessages.request(
                        "POST", "/", HeaderMap.of("content-type", "application/xml"), TestMessages.CLIENT_ADDRESS)
                .withBody(Buffer.buffer(body));
    }

    /** Where readers of HTML see something between the letters, readers of XML see none. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<a>forbidden</a>",
                "<a><![CDATA[forb]]>idden</a>",
                "<a>forb<![CDATA[idd]]>en</a>",
                "<a><![CDATA[forb]]><![CDATA[idden]]></a>",
                "<a>forb<?x > y?>idden</a>",
                "<a>forb<!-->x-->idden</a>",
                "<a>forb<!-- x -->idden</a>",
                "<a>forb<b c = '>'/>idden</a>",
                "<a>forb<b c\n=\n\">x\"></b>idden</a>",
                "<a>forb&#105;dden</a>",
                "<a>forb&#x0069;dden</a>",
                "<a>forb<b>x</b>idden</a>",
                "<a>forb<b>x<c>y</c></b><!-- z --><![CDATA[id]]>d<b/>&#101;n</a>",
                "<a>for<!-- x --><b>x</b>&#98;<![CDATA[idd]]><?x y?>en</a>",
                "<a>x<b>for<c>y</c>bid<d>z]]&gt;</d>den</b>]</a>",
                "<?xml version='1.0'?><!-- > --><a>f<b/>o<b/>r<b/>bidden</a>"
            })
    void noMarkupPartsAWord(String body) {
        RequestView request = post(body);

        assertThat(run(new ContentFilterFactory(), "words: [forbidden]", request)
                        .isDenied())
                .isTrue();
        RequestRun converted = run(new TransformBodyFactory(), "xml_to_json: true", request);
        assertThat(Objects.requireNonNull(converted.request().body()).toString())
                .contains("forbidden");
        assertThat(run(new XmlThreatProtectionFactory(), "allow_processing_instructions: true", request)
                        .isDenied())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<a>forb]]&gt;idden</a>", "<a>forb&amp;idden</a>"})
    void whatStandsBetweenPartsAWord(String body) {
        assertThat(run(new ContentFilterFactory(), "words: [forbidden]", post(body))
                        .isDenied())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<a><![CDATA[forb]]>idden</a>",
                "<a>x]]<![CDATA[]]]]>forbidden</a>",
                "<a>forb&#105;dden</a>",
                "<a>forbidden<b c=']'/>]</a>"
            })
    void aMaskLeavesADocument(String body) {
        RequestRun masked = run(new ContentFilterFactory(), "{words: [forbidden], action: mask}", post(body));
        RequestRun converted = run(new TransformBodyFactory(), "xml_to_json: true", masked.request());

        assertThat(converted.isDenied())
                .as(Objects.requireNonNull(masked.request().body()).toString())
                .isFalse();
        assertThat(Objects.requireNonNull(converted.request().body()).toString())
                .contains("***")
                .doesNotContain("forb");
    }
}
