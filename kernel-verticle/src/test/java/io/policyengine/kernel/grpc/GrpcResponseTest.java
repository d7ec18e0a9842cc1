package io.policyengine.kernel.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcResponseTest {
    /** gRPC over HTTP2: Percent-Encoded. */
    @ParameterizedTest
    @CsvSource({
        "plain text ~!,plain text ~!",
        "100%,100%25",
        "'a\r\nb\t\u0000',a%0D%0Ab%09%00",
        "ü,%C3%BC",
        "😀,%F0%9F%98%80",
        "\u007f,%7F",
    })
    void encodesWhatHeadersCannotCarry(String text, String encoded) {
        assertThat(GrpcResponse.percentEncode(text)).isEqualTo(encoded);
    }
}
