package io.policyengine.policies.content.jsonthreatprotection;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.policies.format.json.JsonLimits;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** Denies a body at the first byte that makes it malformed or exceeds a limit. */
final class JsonThreatProtectionPolicy implements Policy {
    private final JsonLimits limits;
    private final boolean anyContentType;
    private final PolicyEnvironment env;
    private final JsonDenials denials;
    private final List<ResponseInstruction> replacement;

    JsonThreatProtectionPolicy(JsonThreatProtectionParams params, PolicyEnvironment env) {
        this.limits = params.limits();
        this.anyContentType = params.anyContentType();
        this.env = env;
        this.denials = new JsonDenials(limits, params.denialFormat());
        this.replacement = JsonDenials.RESPONSE.replacement(params.denialFormat());
    }

    private JsonBodyScan scan(HeaderMap headers) {
        return new JsonBodyScan(env, limits, denials, anyContentType, headers);
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        Buffer body = context.request().body();
        if (body == null) {
            return RequestOutcome.unchanged();
        }
        return scan(context.request().headers())
                .take(context.call(), body, true)
                .compose(fault -> fault.isEmpty() ? RequestOutcome.unchanged() : RequestOutcome.respond(fault.get()));
    }

    @Override
    public ChunkFilter<RequestChunkOutcome> requestChunks(RequestContext context) {
        JsonBodyScan scan = scan(context.request().headers());
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
        if (body == null) {
            return ResponseOutcome.unchanged();
        }
        return scan(context.response().headers())
                .take(context.call(), body, true)
                .compose(fault -> fault.isEmpty() ? ResponseOutcome.unchanged() : ResponseOutcome.proceed(replacement));
    }

    @Override
    public ChunkFilter<ChunkOutcome> responseChunks(ResponseContext context) {
        JsonBodyScan scan = scan(context.response().headers());
        Call call = context.call();
        return ChunkFilter.holding(
                scan::heldBytes,
                (chunk, last) -> scan.take(call, chunk, last)
                        .compose(fault -> fault.isEmpty()
                                ? Future.succeededFuture(ChunkOutcome.PASS)
                                : Future.failedFuture(JsonDenials.RESPONSE.breakingOff(
                                        fault.get().body().toString()))));
    }
}
