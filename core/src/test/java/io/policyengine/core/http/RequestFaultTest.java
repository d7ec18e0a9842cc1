package io.policyengine.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFaultTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "x.test",
                "X.Test",
                "x.test.",
                "x.test:80",
                "x.test.:8443",
                "localhost",
                "my_service.default.svc",
                "xn--caf-dma.example",
                "a~b",
                "127.0.0.1",
                "127.0.0.1:65535",
                "[::1]",
                "[::1]:443",
                "[::ffff:127.0.0.1]:1"
            })
    void aHostWithAnOptionalPortPasses(String authority) {
        assertThat(PathRules.STRICT.faultIn("GET", authority)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                ":",
                ":80",
                "x.test:",
                "x.test..",
                ".x.test",
                "x..test",
                "x.test.:",
                "x.test,y",
                "x.test, y",
                "x.test:abc",
                "x.test:123456",
                "x.test:80:80",
                "x.test:-1",
                "x.test;a",
                "x.test%2e",
                "x.test/",
                "x.test\\",
                "x.test?y",
                "x.test#y",
                "x.test ",
                " x.test",
                "x\ttest",
                "x\u0000",
                "user@x.test",
                "caf\u00c3\u00a9.test",
                "::1",
                "[]",
                "[::1",
                "[::1]]",
                "[::1]x",
                "[::1]:",
                "[::1].",
                "[fe80::1%25eth0]",
                "[v1.x]"
            })
    void whatIsNoHostIsMalformed(String authority) {
        assertThat(PathRules.STRICT.faultIn("GET", authority)).isEqualTo(RequestFault.MALFORMED_AUTHORITY);
        assertThat(PathRules.LENIENT.faultIn("GET", authority)).isEqualTo(RequestFault.MALFORMED_AUTHORITY);
        assertThat(PathRules.OFF.faultIn("GET", authority)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"post", "Post", "gET", "head", "Put", "delete", "Connect", "options", "trace", "patch"})
    void aStandardMethodInAnotherCaseIsAFault(String method) {
        assertThat(PathRules.STRICT.faultIn(method, "x.test")).isEqualTo(RequestFault.METHOD_CASE);
        assertThat(PathRules.LENIENT.faultIn(method, null)).isEqualTo(RequestFault.METHOD_CASE);
        assertThat(PathRules.OFF.faultIn(method, "x.test")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "GET", "POST", "CONNECT", "PATCH", "PROPFIND", "propfind", "purge", "M-SEARCH", "posts"})
    void everyOtherMethodPasses(String method) {
        assertThat(PathRules.STRICT.faultIn(method, "x.test")).isNull();
    }

    @Test
    void whatIsNotToldHasNoFault() {
        assertThat(PathRules.STRICT.faultIn("", null)).isNull();
    }
}
