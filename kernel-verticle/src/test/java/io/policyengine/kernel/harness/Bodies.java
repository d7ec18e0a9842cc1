package io.policyengine.kernel.harness;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Body modes of Envoy, and a policy that changes bodies. */
public final class Bodies {
    private Bodies() {}

    /** Body modes of Envoy's configuration in which a policy can have the whole body; NONE is overridden. */
    public static Stream<BodySendMode> wholeModes() {
        return Stream.of(
                BodySendMode.NONE,
                BodySendMode.BUFFERED,
                BodySendMode.BUFFERED_PARTIAL,
                BodySendMode.FULL_DUPLEX_STREAMED);
    }

    public static Stream<BodySendMode> chunkModes() {
        return Stream.of(
                BodySendMode.NONE,
                BodySendMode.BUFFERED,
                BodySendMode.BUFFERED_PARTIAL,
                BodySendMode.STREAMED,
                BodySendMode.FULL_DUPLEX_STREAMED);
    }

    /** Envoy with this mode for both bodies, allowing overrides. */
    public static FilterConfig filter(BodySendMode mode) {
        HeaderSendMode trailers = mode == BodySendMode.NONE ? HeaderSendMode.SKIP : HeaderSendMode.SEND;
        return KernelHarness.filterBuilder("r")
                .allowModeOverride(true)
                .mode(it -> it.setRequestBodyMode(mode)
                        .setResponseBodyMode(mode)
                        .setRequestTrailerMode(trailers)
                        .setResponseTrailerMode(trailers))
                .build();
    }

    /** Writes the body in capitals, in either phase, given the whole of it. */
    public static Policy capitals() {
        return new Policy() {
            @Override
            public Future<RequestOutcome> onRequest(RequestContext request) {
                return RequestOutcome.proceed(List.of(
                        new SetBody(upper(request.request().body()), null), new SetHeader("x-seen", "request")));
            }

            @Override
            public Future<ResponseOutcome> onResponse(ResponseContext response) {
                return ResponseOutcome.proceed(List.of(
                        new SetBody(upper(response.response().body()), null), new SetHeader("x-seen", "response")));
            }
        };
    }

    private static Buffer upper(@Nullable Buffer body) {
        return Buffer.buffer(Objects.requireNonNull(body).toString().toUpperCase(Locale.ROOT));
    }
}
