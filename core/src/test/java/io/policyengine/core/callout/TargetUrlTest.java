package io.policyengine.core.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.policyengine.core.http.HeaderMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetUrlTest {
    @ParameterizedTest
    @CsvSource({
        "http://as.example, http://as.example:80, /",
        "https://AS.example/token?a=b, https://as.example:443, /token?a=b",
        "HTTP://[::1]:8080/x/, http://[::1]:8080, /x/",
    })
    void readsOriginAndPath(String text, String origin, String path) {
        TargetUrl url = TargetUrl.parse(text);

        assertThat(url.origin()).isEqualTo(origin);
        assertThat(url.path()).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://host/",
                "http://",
                "http:///path",
                "http://host:0/",
                "http://host:70000/",
                "http://host/a b",
                "http://host/#part",
                "http://ho_st/",
                "://x",
                "file:///etc/passwd",
                "http://host:port/"
            })
    void refusesWhatCannotBeCalled(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> TargetUrl.parse(text));
    }

    @Test
    void refusesAPasswordWithoutRepeatingIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TargetUrl.parse("http://user:hunter2@host/"))
                .withMessageContaining("password")
                .withMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @CsvSource({
        "http://h/base?q=1, , /base?q=1",
        "http://h/base?q=1, /x, /base/x",
        "http://h/base/, /x?y, /base/x?y",
        "http://h, /x, /x",
        "http://h/base, ?y, /base?y",
    })
    void aRequestGoesBelowTheUrl(String url, String path, String sent) {
        assertThat(TargetUrl.parse(url).pathOf(CalloutRequest.get(path, HeaderMap.empty(), 10)))
                .isEqualTo(sent);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "http://other/", "/a b", "/a\r\nx: y", "/ü", "/#x", ""})
    void aPathThatIsNoneIsAFault(String path) {
        assertThat(CalloutRequest.get(path, HeaderMap.empty(), 10).fault()).contains("path");
    }

    @ParameterizedTest
    @CsvSource({"content-length, 5", "host, other", "bad name, x", "x, 'a\r\nb'", "te, trailers"})
    void aFieldThatItMayNotSetIsAFault(String name, String value) {
        assertThat(CalloutRequest.get("/", HeaderMap.of(name, value), 10).fault())
                .isNotNull();
        assertThat(CalloutRequest.get("/", HeaderMap.of("x", "y"), 10).fault()).isNull();
    }
}
