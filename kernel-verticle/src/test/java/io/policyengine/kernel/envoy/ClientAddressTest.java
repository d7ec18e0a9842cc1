package io.policyengine.kernel.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client's address by the connection and by X-Forwarded-For: what a client writes there counts as far as hops are trusted. */
class ClientAddressTest {
    private static final String PEER = "192.0.2.9:4711";

    private static String address(int trustedHops, String source, List<String> forwardedFor) {
        HeaderMap.Builder fields = HeaderMap.builder(forwardedFor.size());
        forwardedFor.forEach(value -> fields.append("x-forwarded-for", value));
        return new ClientAddress(trustedHops).of(source.isEmpty() ? null : source, fields.build());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            192.0.2.9:4711        | 192.0.2.9
            [2001:db8::9]:4711    | 2001:db8::9
            [::ffff:192.0.2.9]:1  | ::ffff:192.0.2.9
            192.0.2.9             | 192.0.2.9
            2001:db8::9           | 2001:db8::9
            ''                    | ''
            """)
    void isThatOfTheConnectionWhereNoHopIsTrusted(String source, String address) {
        assertThat(address(0, source, List.of("203.0.113.1"))).isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1 | 203.0.113.1, 198.51.100.7             | 198.51.100.7
            2 | 203.0.113.1, 198.51.100.7             | 203.0.113.1
            3 | 203.0.113.1, 198.51.100.7             | 192.0.2.9
            1 | 203.0.113.1,198.51.100.7:8080         | 198.51.100.7
            1 | 203.0.113.1, [2001:db8::7]            | 2001:db8::7
            1 | 203.0.113.1, [2001:db8::7]:8080       | 2001:db8::7
            1 | 203.0.113.1, 2001:db8::7              | 2001:db8::7
            1 | 203.0.113.1,                          | 192.0.2.9
            1 | ,,,198.51.100.7                       | 198.51.100.7
            """)
    void isWhatTheOutermostTrustedHopWrote(int hops, String forwardedFor, String address) {
        assertThat(address(hops, PEER, List.of(forwardedFor))).isEqualTo(address);
    }

    @Test
    void countsHopsOverAllFields() {
        assertThat(address(2, PEER, List.of("203.0.113.66", "203.0.113.1", "198.51.100.7")))
                .isEqualTo("203.0.113.1");
    }

    @Test
    void isLeftAsItIsWhereItIsNone() {
        for (String none : List.of(
                "198.51.100.7:",
                "198.51.100.7:http",
                "198.51.100.7:80:90",
                "[2001:db8::7",
                "[2001:db8::7]x",
                "[2001:db8::7]:",
                "[2001:db8::7]8080",
                "unknown",
                "_hidden")) {
            assertThat(address(1, PEER, List.of("203.0.113.1, " + none))).isEqualTo(none);
        }
    }
}
