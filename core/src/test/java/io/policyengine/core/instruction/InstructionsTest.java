package io.policyengine.core.instruction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstructionsTest {
    @ParameterizedTest
    @ValueSource(strings = {"/", "/a?b=c&d", "//a", "/%20", "/a[b]|c", "/\u00ff"})
    void aPathMayBeWhatClientsSend(String path) {
        assertThat(Instructions.check(new SetPath(path))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "?a", "/a b", "/a\tb", "/a#b", "/a\r\nb", "/\u0000", "/\u007f", "/\u0100"})
    void aPathMayNotBreakTheRequestLine(String path) {
        assertThat(Instructions.check(new SetPath(path))).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/..",
                "/a/./b",
                "/a/..?b",
                "/a/..%2Fadmin",
                "/a/%2e%2E/b",
                "/a/..%5cb",
                "/a/..\\b",
                "/a/..;x/b",
                "/%252e%252e/b",
                "/%25252525252e/b",
                "/%c0%ae%c0%ae/b"
            })
    void aPathMayNotLeadOutOfItsFolder(String path) {
        assertThat(Instructions.check(new SetPath(path))).contains("dot segment");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\tb", "a/b", "a?b", "a#b", "a@b", "a\\b", "a\r\nb"})
    void anAuthorityIsHostAndPort(String authority) {
        assertThat(Instructions.check(new SetAuthority(authority))).isNotNull();
        assertThat(Instructions.check(new SetAuthority("a.example:80"))).isNull();
    }
}
