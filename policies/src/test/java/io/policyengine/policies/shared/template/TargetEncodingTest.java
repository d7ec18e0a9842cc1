package io.policyengine.policies.shared.template;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TargetEncodingTest {
    @ParameterizedTest
    @CsvSource({
        // RFC 3986 §5.2.4 and §5.4
        "/a/b/c/./../../g, /a/g",
        "/a/b/., /a/b/",
        "/a/b/.., /a/",
        "/../g, /g",
        "/./g, /g",
        "/g., /g.",
        "/.g, /.g",
        "/g.., /g..",
        "/..g, /..g",
        "/.../g, /.../g",
        "/a/./b/, /a/b/",
        "/.., /",
        "/., /",
        "/, /",
        // segments that some servers take for dot segments
        "/a/%2e%2E/b, /b",
        "/a/.%2e/b, /b",
        "/a/..;x=1/b, /b",
        "/a/;/b, /a/;/b",
        "/a/%2/b, /a/%252/b",
        "/a//../b, /a/b",
        "/a/../?b=../c, /?b=../c",
    })
    void resolvesDotSegments(String target, String resolved) {
        assertThat(TargetEncoding.resolved(target)).isEqualTo(resolved);
    }
}
