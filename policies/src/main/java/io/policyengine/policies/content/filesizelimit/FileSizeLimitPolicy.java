package io.policyengine.policies.content.filesizelimit;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.ResponseInstruction;
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

/**
 * Denies a body that exceeds the maximum size. Compares the declared length before the body arrives, or counts the
 * bytes.
 */
final class FileSizeLimitPolicy implements Policy {
    private static final Denial REQUEST = new Denial(
            413, FileSizeCode.REQUEST_TOO_LARGE, "The body of the request is too large", DenialReason.POLICY_DENIED);
    private static final Denial RESPONSE = new Denial(
            502, FileSizeCode.RESPONSE_TOO_LARGE, "The body of the response is too large", DenialReason.POLICY_DENIED);
    private static final Future<RequestChunkOutcome> PASS_REQUEST = Future.succeededFuture(ChunkOutcome.PASS);
    private static final Future<ChunkOutcome> PASS_RESPONSE = Future.succeededFuture(ChunkOutcome.PASS);

    private final SizeLimits limits;
    private final ImmediateResponse denial;
    private final List<ResponseInstruction> replacement;

    FileSizeLimitPolicy(SizeLimits limits, DenialFormat format) {
        this.limits = limits;
        this.denial = REQUEST.response(format);
        this.replacement = RESPONSE.replacement(format);
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        HeaderMap headers = context.request().headers();
        Buffer body = context.request().body();
        long size = body == null ? DeclaredSize.of(headers) : body.length();
        return size > limits.of(headers) ? RequestOutcome.respond(denial) : RequestOutcome.unchanged();
    }

    @Override
    public ChunkFilter<RequestChunkOutcome> requestChunks(RequestContext context) {
        ByteCount count = new ByteCount(limits.of(context.request().headers()));
        return (chunk, _) -> count.add(chunk) ? PASS_REQUEST : RequestChunkOutcome.respond(denial);
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext context) {
        return isTooLarge(context) ? ResponseOutcome.proceed(replacement) : ResponseOutcome.unchanged();
    }

    @Override
    public ChunkFilter<ChunkOutcome> responseChunks(ResponseContext context) {
        if (isTooLarge(context)) {
            return ChunkFilter.none();
        }
        ByteCount count = new ByteCount(limits.of(context.response().headers()));
        return (chunk, _) -> count.add(chunk) ? PASS_RESPONSE : Future.failedFuture(RESPONSE.breakingOff());
    }

    private boolean isTooLarge(ResponseContext context) {
        HeaderMap headers = context.response().headers();
        Buffer body = context.response().body();
        long size = body != null ? body.length() : isBodiless(context) ? 0 : DeclaredSize.of(headers);
        return size > limits.of(headers);
    }

    /** Returns whether {@code content-length} is the length of a body that is not sent (RFC 9110 §8.6). */
    private static boolean isBodiless(ResponseContext context) {
        return context.response().status() == 304 || context.request().method().equals("HEAD");
    }

    /** Counts the bytes that a body may still have before it is too large. */
    private static final class ByteCount {
        private long left;

        ByteCount(long limit) {
            this.left = limit;
        }

        boolean add(Buffer chunk) {
            left -= chunk.length();
            return left >= 0;
        }
    }
}
