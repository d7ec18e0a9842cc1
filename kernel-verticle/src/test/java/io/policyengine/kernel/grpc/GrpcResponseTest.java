package io.policyengine.kernel.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerResponse;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcResponseTest {
    private final List<Promise<Void>> writes = new ArrayList<>();
    private final List<String> told = new ArrayList<>();

    /** Of a connection that says nothing of what is written until a test does. */
    private GrpcResponse response() {
        return new GrpcResponse((HttpServerResponse) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {HttpServerResponse.class}, (_, method, _) -> {
                    if (!method.getName().equals("write")) {
                        return null;
                    }
                    Promise<Void> write = Promise.promise();
                    writes.add(write);
                    return write.future();
                }));
    }

    @Test
    void tellsOfEachWriteWhenItHasLeft() {
        GrpcResponse response = response();
        response.write(ProcessingResponse.getDefaultInstance());
        response.onWritten(() -> told.add("first"));
        response.write(ProcessingResponse.getDefaultInstance());
        response.onWritten(() -> told.add("second"));
        assertThat(told).isEmpty();

        writes.getFirst().complete();
        assertThat(told).containsExactly("first");

        writes.getLast().complete();
        assertThat(told).containsExactly("first", "second");
    }

    @Test
    void whatIsHeldUntilAWriteHasLeftIsReleasedWithItsStreamThoughNobodyTellsOfIt() {
        GrpcResponse response = response();
        response.write(ProcessingResponse.getDefaultInstance());
        response.onWritten(() -> told.add("first"));

        response.abandon();
        assertThat(told).containsExactly("first");

        writes.getFirst().fail("late");
        response.onWritten(() -> told.add("after the end"));
        assertThat(told).containsExactly("first", "after the end");
    }

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
