package io.policyengine.policies.content.shared.threats;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Denies a body at the first byte that makes it malformed or exceeds a limit. */
public final class ThreatProtectionPolicy implements Policy {
    private final Function<HeaderMap, BodyScan<?>> ofRequest;
    private final Function<HeaderMap, ? extends @Nullable BodyScan<?>> ofResponse;
    private final Denial refusal;
    private final List<ResponseInstruction> replacement;

    /**
     * Creates a policy from the scans of requests and responses.
     *
     * @param ofRequest creates the scan of a request's body from the headers
     * @param ofResponse creates the scan of a response's body from the headers; returns null if the response passes
     *     unscanned
     * @param refusal the denial of a response
     */
    public ThreatProtectionPolicy(
            Function<HeaderMap, BodyScan<?>> ofRequest,
            Function<HeaderMap, ? extends @Nullable BodyScan<?>> ofResponse,
            Denial refusal,
            DenialFormat format) {
        this.ofRequest = ofRequest;
        this.ofResponse = ofResponse;
        this.refusal = refusal;
        this.replacement = refusal.replacement(format);
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        Buffer body = context.request().body();
        if (body == null) {
            return RequestOutcome.unchanged();
        }
        return ofRequest
                .apply(context.request().headers())
                .take(context.call(), body, true)
                .compose(fault -> fault.isEmpty() ? RequestOutcome.unchanged() : RequestOutcome.respond(fault.get()));
    }

    @Override
    public ChunkFilter<RequestChunkOutcome> requestChunks(RequestContext context) {
        BodyScan<?> scan = ofRequest.apply(context.request().headers());
        Call call = context.call();
        return ChunkFilter.holding(
                scan::heldBytes,
                (chunk, last) -> scan.take(call, chunk, last)
                        .compose(fault -> fault.isEmpty()
                                ? Future.<RequestChunkOutcome>succeededFuture(ChunkOutcome.PASS)
                                : RequestChunkOutcome.respond(fault.get())));
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext context) {
        Buffer body = context.response().body();
        BodyScan<?> scan =
                body == null ? null : ofResponse.apply(context.response().headers());
        if (body == null || scan == null) {
            return ResponseOutcome.unchanged();
        }
        return scan.take(context.call(), body, true)
                .compose(fault -> fault.isEmpty() ? ResponseOutcome.unchanged() : ResponseOutcome.proceed(replacement));
    }

    @Override
    public ChunkFilter<ChunkOutcome> responseChunks(ResponseContext context) {
        BodyScan<?> scan = ofResponse.apply(context.response().headers());
        if (scan == null) {
            return ChunkFilter.none();
        }
        Call call = context.call();
        return ChunkFilter.holding(
                scan::heldBytes,
                (chunk, last) -> scan.take(call, chunk, last)
                        .compose(fault -> fault.isEmpty()
                                ? Future.succeededFuture(ChunkOutcome.PASS)
                                : Future.failedFuture(
                                        refusal.breakingOff(fault.get().body().toString()))));
    }
}
