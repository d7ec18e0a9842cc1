package io.policyengine.policies.content.jsonthreatprotection;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
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
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonLimits;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Refuses a body at the first byte that shows that it is malformed, or beyond a limit. */
final class JsonThreatProtectionPolicy implements Policy {
    private static final Denial RESPONSE = new Denial(
            502,
            "INVALID_RESPONSE",
            "The JSON of the response is malformed or too complex",
            DenialReason.POLICY_DENIED);

    private final JsonLimits limits;
    private final boolean anyContentType;
    private final PolicyEnvironment env;
    private final Map<JsonFault.Kind, ImmediateResponse> denials = new EnumMap<>(JsonFault.Kind.class);
    private final List<ResponseInstruction> replacement;

    JsonThreatProtectionPolicy(JsonThreatProtectionParams params, PolicyEnvironment env) {
        this.limits = params.limits();
        this.anyContentType = params.anyContentType();
        this.env = env;
        DenialFormat format = params.denialFormat();
        for (JsonFault.Kind kind : JsonFault.Kind.values()) {
            denials.put(kind, denial(kind).response(format));
        }
        this.replacement = RESPONSE.replacement(format);
    }

    private Denial denial(JsonFault.Kind kind) {
        return switch (kind) {
            case MALFORMED -> refused(400, "INVALID_JSON", "The body of the request is not JSON in UTF-8");
            case DEPTH -> refused(400, "JSON_TOO_DEEP", "The JSON nests deeper than " + limits.depth() + " levels");
            case MEMBERS ->
                refused(
                        400,
                        "JSON_TOO_MANY_MEMBERS",
                        "An object of the JSON has more than " + limits.members() + " members");
            case ELEMENTS ->
                refused(
                        400,
                        "JSON_TOO_MANY_ELEMENTS",
                        "An array of the JSON has more than " + limits.elements() + " elements");
            case STRING ->
                refused(
                        413,
                        "JSON_STRING_TOO_LONG",
                        "A string of the JSON has more than " + limits.stringBytes() + " bytes");
            case NAME ->
                refused(413, "JSON_NAME_TOO_LONG", "A name of the JSON has more than " + limits.nameBytes() + " bytes");
            case NUMBER ->
                refused(
                        400,
                        "JSON_NUMBER_TOO_LONG",
                        "A number of the JSON has more than " + limits.numberDigits() + " digits");
            case DUPLICATE -> refused(400, "JSON_DUPLICATE_NAME", "A name stands twice in an object of the JSON");
        };
    }

    private static Denial refused(int status, String code, String message) {
        return new Denial(status, code, message, DenialReason.INVALID_REQUEST);
    }

    private ImmediateResponse denialOf(JsonFault.Kind kind) {
        return Objects.requireNonNull(denials.get(kind));
    }

    private BodyScan scan(HeaderMap headers) {
        return new BodyScan(env, limits, anyContentType, headers);
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        Buffer body = context.request().body();
        if (body == null) {
            return RequestOutcome.unchanged();
        }
        return scan(context.request().headers())
                .take(context.call(), body, true)
                .compose(fault ->
                        fault.isEmpty() ? RequestOutcome.unchanged() : RequestOutcome.respond(denialOf(fault.get())));
    }

    @Override
    public ChunkFilter<RequestChunkOutcome> requestChunks(RequestContext context) {
        BodyScan scan = scan(context.request().headers());
        Call call = context.call();
        return ChunkFilter.holding(
                scan::heldBytes,
                (chunk, last) -> scan.take(call, chunk, last)
                        .compose(fault -> fault.isEmpty()
                                ? Future.<RequestChunkOutcome>succeededFuture(ChunkOutcome.PASS)
                                : RequestChunkOutcome.respond(denialOf(fault.get()))));
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
        BodyScan scan = scan(context.response().headers());
        Call call = context.call();
        return ChunkFilter.holding(
                scan::heldBytes,
                (chunk, last) -> scan.take(call, chunk, last)
                        .compose(fault -> fault.isEmpty()
                                ? Future.succeededFuture(ChunkOutcome.PASS)
                                : Future.failedFuture(RESPONSE.breakingOff(
                                        denialOf(fault.get()).body().toString()))));
    }
}
