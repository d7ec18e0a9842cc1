package io.policyengine.kernel.envoy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.Metadata;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Measures how Envoy's message with request headers is decoded for policies, and how the answer is encoded. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EnvoyMessagesBenchmark {

    private final EnvoyReader reader = new EnvoyReader(0);
    private final EnvoyWriter writer = new EnvoyWriter(List.of());
    private final byte[] octets = message().toByteArray();
    private final RequestView before = view(octets);
    private final RequestView after = Instructions.apply(
            List.of(new SetHeader("x-user-id", "alice"), new SetHeader("x-request-id", "1")), before);

    private static ProcessingRequest message() {
        HeaderMap.Builder fields = HeaderMap.newBuilder();
        Map.of(
                        ":method", "GET",
                        ":path", "/api/v1/users?page=2&size=50",
                        ":scheme", "https",
                        ":authority", "api.example.com",
                        "accept", "application/json",
                        "user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
                        "x-forwarded-for", "203.0.113.7",
                        "x-forwarded-proto", "https",
                        "x-request-id", "7e1c0a52-29c1-4cf3-9d0c-2b9f0f6f3c11",
                        "cookie", "session=0123456789abcdef0123456789abcdef")
                .forEach((name, value) -> fields.addHeaders(
                        HeaderValue.newBuilder().setKey(name).setRawValue(ByteString.copyFromUtf8(value))));
        return ProcessingRequest.newBuilder()
                .setRequestHeaders(HttpHeaders.newBuilder().setHeaders(fields).setEndOfStream(true))
                .putAttributes(
                        "envoy.filters.http.ext_proc",
                        Struct.newBuilder()
                                .putFields(
                                        "xds.route_name",
                                        Value.newBuilder()
                                                .setStringValue("/api/v1/users")
                                                .build())
                                .build())
                .build();
    }

    /** Decodes a message without reserving memory for it, because the benchmark does not count bytes. */
    @SuppressWarnings("NullAway")
    private RequestView view(byte[] encoded) {
        try {
            EnvoyMessage message = new EnvoyMessage(ProcessingRequest.parseFrom(encoded), encoded.length, null);
            return reader.request(message, EnvoyReader.attributes(message));
        } catch (InvalidProtocolBufferException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Measures how a message is decoded for policies. */
    @Benchmark
    public RequestView read() {
        return view(octets);
    }

    /** Measures how an answer with two fields that policies set is encoded. */
    @Benchmark
    public byte[] write() {
        return writer.requestHeaders(
                        before,
                        List.of(),
                        after,
                        Set.of("x-user-id", "x-request-id"),
                        Metadata.empty(),
                        false,
                        null,
                        null)
                .proto()
                .toByteArray();
    }

    /** Measures how an answer without changes is encoded. Such answers are the most frequent ones. */
    @Benchmark
    public byte[] writeUnchanged() {
        return writer.requestHeaders(before, List.of(), before, Set.of(), Metadata.empty(), false, null, null)
                .proto()
                .toByteArray();
    }
}
