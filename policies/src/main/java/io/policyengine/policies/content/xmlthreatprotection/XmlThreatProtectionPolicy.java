package io.policyengine.policies.content.xmlthreatprotection;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MediaTypes;
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
import io.policyengine.policies.format.xml.XmlLimits;
import io.policyengine.policies.format.xml.XmlTypes;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** Denies a body at the first byte that makes it malformed, declares a document type or exceeds a limit. */
final class XmlThreatProtectionPolicy implements Policy {
    private final XmlLimits limits;
    private final boolean anyContentType;
    private final PolicyEnvironment env;
    private final XmlDenials denials;
    private final List<ResponseInstruction> replacement;

    XmlThreatProtectionPolicy(XmlThreatProtectionParams params, PolicyEnvironment env) {
        this.limits = params.limits();
        this.anyContentType = params.anyContentType();
        this.env = env;
        this.denials = new XmlDenials(limits, params.denialFormat());
        this.replacement = XmlDenials.RESPONSE.replacement(params.denialFormat());
    }

    private boolean mustBeXml(HeaderMap headers) {
        return anyContentType || MediaTypes.of(headers).mayBe(XmlTypes::isXml);
    }

    private XmlBodyScan scanOfRequest(HeaderMap headers) {
        return new XmlBodyScan(env, limits, denials, headers, mustBeXml(headers));
    }

    private XmlBodyScan scanOfResponse(HeaderMap headers) {
        return new XmlBodyScan(env, limits, denials, headers, true);
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        Buffer body = context.request().body();
        if (body == null) {
            return RequestOutcome.unchanged();
        }
        return scanOfRequest(context.request().headers())
                .take(context.call(), body, true)
                .compose(fault -> fault.isEmpty() ? RequestOutcome.unchanged() : RequestOutcome.respond(fault.get()));
    }

    @Override
    public ChunkFilter<RequestChunkOutcome> requestChunks(RequestContext context) {
        XmlBodyScan scan = scanOfRequest(context.request().headers());
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
        HeaderMap headers = context.response().headers();
        Buffer body = context.response().body();
        if (body == null || !mustBeXml(headers)) {
            return ResponseOutcome.unchanged();
        }
        return scanOfResponse(headers)
                .take(context.call(), body, true)
                .compose(fault -> fault.isEmpty() ? ResponseOutcome.unchanged() : ResponseOutcome.proceed(replacement));
    }

    @Override
    public ChunkFilter<ChunkOutcome> responseChunks(ResponseContext context) {
        HeaderMap headers = context.response().headers();
        if (!mustBeXml(headers)) {
            return ChunkFilter.none();
        }
        XmlBodyScan scan = scanOfResponse(headers);
        Call call = context.call();
        return ChunkFilter.holding(
                scan::heldBytes,
                (chunk, last) -> scan.take(call, chunk, last)
                        .compose(fault -> fault.isEmpty()
                                ? Future.succeededFuture(ChunkOutcome.PASS)
                                : Future.failedFuture(XmlDenials.RESPONSE.breakingOff(
                                        fault.get().body().toString()))));
    }
}
