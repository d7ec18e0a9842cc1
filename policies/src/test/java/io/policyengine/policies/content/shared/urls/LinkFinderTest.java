package io.policyengine.policies.content.shared.urls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LinkFinderTest {
    private static final HostAllowlist ALLOWED = new HostAllowlist(
            List.of("example.com", "*.example.org", "bücher.example"), List.of("https", "http", "mailto"));

    private static boolean allAllowed(String text) {
        return LinkFinder.find(text).stream().allMatch(link -> ALLOWED.allows(link.url()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com",
                "(see https://example.com/a(b)c, please)",
                "HTTP://EXAMPLE.COM.:8080/x?y#z",
                "https://a.b.example.com/",
                "[a](https://x.example.org/path \"title\")",
                "![a](https://example.com/i.png)",
                "<img src='https://example.com/i.png'>",
                "www.example.com",
                "[a](mailto:a@evil.example)",
                "[a](/relative/path) [b](#anchor) [c](page.html) ![d](a/b.png)",
                "https://xn--bcher-kva.example/ https://bücher.example/",
                "ratio 3:4, C:\\temp, a:b, std::vector, C:/temp",
                "e.g. node.js or file.txt",
                "**https://example.com**, ~https://example.com~ and [https://example.com]",
                "[https://example.com](https://example.com/a)",
                "看https://example.com，然后 https://example.com/a,https://example.com/b",
                "<img srcset=\"a.png 1x, https://example.com/b.png 2x\">",
                "a = b, x == y, data = std::move(x), src = C:/temp, url = none, List<String> a:b <soap:Body> <br>",
                "`a & b` &amp; &#58 &#; &#x; &unknown;"
            })
    void linksToListedHostsAreAllowed(String text) {
        assertThat(allAllowed(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/?q=secret",
                "https://example.org/",
                "https://example.com.evil.example/",
                "https://notexample.com/",
                "https://example.com@evil.example/",
                "https://example.com:443@evil.example/",
                "https://example.com%2eevil.example/",
                "https://example.com%00.evil.example/",
                "https://example.com\\.evil.example/",
                "https:\\\\evil.example\\",
                "https:/evil.example/",
                "[a](https:evil.example)",
                "[a](//evil.example/x)",
                "[a](\\\\evil.example/x)",
                "[a](/\\evil.example/x)",
                "![a](<https://evil.example/x>)",
                "[a]: https://evil.example/x",
                "<a href=https://evil.example>",
                "<a href=\"ht\ttps://evil.example\">",
                "<a href=\"https&#58;//evil.example\">",
                "<a href=\"https&colon;&sol;&#x2f;evil.example\">",
                "[a](javascript:alert(1))",
                "[a](data:text/html,x)",
                "ftp://example.com/",
                "file:///etc/passwd",
                "https://ex\u200Bample.com.evil.example/",
                "https://еxample.com/",
                "https://[::1]/",
                "https://2130706433/",
                "www.evil.example/path",
                "ｈｔｔｐｓ：／／evil.example/",
                "https://example.com..evil.example/",
                "https://./",
                "[https://example.com](https://evil.example/?q=secret)",
                "https://example.com/![](//evil.example/?q=secret)",
                "https://example.com[](https://evil.example/)",
                "[a](https://example.com/![](//evil.example/))",
                "https://example.com/a,https://evil.example/",
                "https://example.com;https://evil.example/",
                "https://example.com,.evil.example/",
                "https://example.com!.evil.example/",
                "https://example.com;.evil.example/",
                "https://example.com,。evil.example/",
                "https://example.com,@evil.example/",
                "<img src = //evil.example/x>",
                "<a href\n=\n'//evil.example'>",
                "<img srcset=\"a.png 1x, //evil.example/x 2x\">",
                "<img srcset=\"//evil.example/x 1x\">",
                "<img srcset=a.png src=//evil.example/x>",
                "srcset=\"a ![b](//evil.example)",
                "<a ping=\"/a //evil.example/b\" href=/c>",
                "<body background=//evil.example/x>",
                "<meta http-equiv=refresh content=\"0; url = //evil.example\">",
                "<style>@import '//evil.example/x.css'</style>",
                "<blockquote cite='//evil.example'>",
                "<a href=\"https&#58//evil.example\">",
                "<a href=\"https&#x0000000000000003a;//evil.example\">",
                "<a href=\"&#47&#47evil.example\">",
                "<a href=\"&bsol;&bsol;evil.example\">",
                "<a href=\"https&#58;&#9;//evil.example\">",
                "[a](https\\://evil.example)",
                "[a](\\/\\/evil.example)",
                "[a](                    //evil.example)",
                "<https:evil.example/x>",
                "<javascript:alert(1)>",
                "https://faß.example.com.evil.example/",
                "https://ex\u200Dample.com/",
                "https://b\u0130g.example.com.evil.example/",
                "https://"
            })
    void otherLinksAreNot(String text) {
        assertThat(allAllowed(text)).isFalse();
    }

    /** Browsers read a sharp s as itself, IDNA2003 as two letters: the names belong to different people. */
    @Test
    void aNameThatIsReadInTwoWaysIsNone() {
        HostAllowlist allowed = new HostAllowlist(List.of("fass.example", "big.example"), List.of("https"));

        for (String host : List.of("fa\u00DF.example", "fass\u200D.example", "b\u0130g.example")) {
            assertThat(LinkFinder.find("see https://" + host + "/"))
                    .singleElement()
                    .satisfies(link -> assertThat(allowed.allows(link.url())).isFalse());
        }
        assertThat(LinkFinder.find("https://BIG.example/"))
                .singleElement()
                .satisfies(link -> assertThat(allowed.allows(link.url())).isTrue());
    }

    @Test
    @Timeout(20)
    void timeIsLinear() {
        for (String piece : List.of("](", "=", "src= ", "&#", "<a:", "srcset=a ", "a,https://", "[](", "\\", "]( ")) {
            assertThat(LinkFinder.find(piece.repeat((1 << 20) / piece.length())))
                    .isNotNull();
        }
    }

    @Test
    void aLinkIsFoundWhereItStands() {
        String text = "a ![x](https://evil.example/a(b)?c) d";

        assertThat(LinkFinder.find(text))
                .singleElement()
                .satisfies(link ->
                        assertThat(text.substring(link.from(), link.to())).isEqualTo("https://evil.example/a(b)?c"));
    }

    @Test
    void whatIsLongerThanALinkMayBeLeadsNowhere() {
        assertThat(allAllowed("https://example.com/" + "a".repeat(LinkFinder.MAX_LENGTH)))
                .isFalse();
    }

    @Test
    void aHostThatIsNoneIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HostAllowlist(List.of("https://example.com"), List.of("https")))
                .withMessageContaining("not the name of a host");
    }
}
