package io.policyengine.policies.access.csrf;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class OriginCheckTest {
    private static RequestView to(String scheme, String authority, String... fields) {
        return new RequestView("POST", scheme, authority, "/", HeaderMap.of(fields), "", Map.of(), null, false);
    }

    @Test
    void comparesHostsAndPorts() {
        assertThat(OriginCheck.isOriginOf("https://a.example", to("https", "a.example")))
                .isTrue();
        assertThat(OriginCheck.isOriginOf("https://a.example", to("https", "A.Example:443")))
                .isTrue();
        assertThat(OriginCheck.isOriginOf("http://a.example", to("http", "a.example:80")))
                .isTrue();
        assertThat(OriginCheck.isOriginOf("http://a.example:8080", to("http", "a.example:8080")))
                .isTrue();
        assertThat(OriginCheck.isOriginOf("http://[2001:db8::1]:8080", to("http", "[2001:db8::1]:8080")))
                .isTrue();
        assertThat(OriginCheck.isOriginOf("http://a.example:8080", to("http", "a.example:8081")))
                .isFalse();
        assertThat(OriginCheck.isOriginOf("http://a.example:8080", to("http", "a.example")))
                .isFalse();
        assertThat(OriginCheck.isOriginOf("http://a.example", to("http", "b.example")))
                .isFalse();
        assertThat(OriginCheck.isOriginOf("http://", to("http", ""))).isFalse();
        assertThat(OriginCheck.isOriginOf("http://:80", to("http", ":80"))).isFalse();
    }

    @Test
    void takesThePortThatAProxyForwardsWhereTheTargetHasNone() {
        String[] forwarded = {"x-forwarded-port", "8080"};

        assertThat(OriginCheck.isOriginOf("http://a.example:8080", to("http", "a.example", forwarded)))
                .isTrue();
        assertThat(OriginCheck.isOriginOf("http://[::1]:8080", to("http", "[::1]", forwarded)))
                .isTrue();
        assertThat(OriginCheck.isOriginOf("http://a.example:8080", to("http", "a.example:9090", forwarded)))
                .isFalse();
    }

    @Test
    void takesAnOriginWithoutTlsOnlyForARequestWithoutTls() {
        assertThat(OriginCheck.isOriginOf("http://a.example", to("https", "a.example")))
                .isFalse();
        assertThat(OriginCheck.isOriginOf("http://a.example", to("http", "a.example", "x-forwarded-proto", "https")))
                .isFalse();
        assertThat(OriginCheck.isOriginOf("https://a.example", to("http", "a.example")))
                .isTrue();
    }
}
