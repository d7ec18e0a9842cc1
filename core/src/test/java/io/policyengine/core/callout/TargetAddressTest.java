package io.policyengine.core.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetAddressTest {
    @ParameterizedTest
    @ValueSource(strings = {"clamd:3310", "127.0.0.1:1", "[::1]:65535", "/run/clamav/clamd.ctl"})
    void isWrittenAsItIsRead(String address) {
        assertThat(TargetAddress.parse(address)).hasToString(address);
    }

    @Test
    void tellsHostAndPort() {
        assertThat(TargetAddress.parse("Scanner_1.Example:3310"))
                .isEqualTo(new TargetAddress("scanner_1.example", 3310));
        assertThat(TargetAddress.parse("[fe80::1]:80")).isEqualTo(new TargetAddress("fe80::1", 80));
        assertThat(TargetAddress.parse("/a").isUnixSocket()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "clamd",
                ":3310",
                "clamd:",
                "clamd:0",
                "clamd:65536",
                "clamd:+1",
                "clamd:99999999999",
                "::1:80",
                "[clamd]:80",
                "tcp://clamd:3310",
                "a b:1",
                "user@clamd:1",
                "run/clamd.sock",
                "[]:1"
            })
    void refusesWhatIsNoneWithTheForm(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TargetAddress.parse(address))
                .withMessageContaining("HOST:PORT");
    }

    @Test
    void refusesAPathThatNoSocketHas() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TargetAddress.parse("/" + "a".repeat(107)))
                .withMessageContaining("107");
    }
}
