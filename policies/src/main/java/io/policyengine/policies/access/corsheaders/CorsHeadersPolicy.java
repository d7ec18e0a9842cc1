package io.policyengine.policies.access.corsheaders;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.params.StringOrList;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.policies.access.shared.origin.Origins;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers preflight requests, and states on every response whether scripts may read it. The upstream's own CORS fields
 * are replaced or removed.
 */
final class CorsHeadersPolicy implements Policy {
    private static final int NO_CONTENT = 204;
    private static final String REASON = "cors_preflight";
    private static final String YES = "true";

    /**
     * The instruction that adds {@code Vary: Origin} to responses without it, so that caches do not reuse a response
     * for another origin.
     */
    private static final ResponseInstruction VARY = new AppendHeader(CorsFields.VARY, "Origin");

    private static final List<ResponseInstruction> REFUSED = List.of(
            new RemoveHeader(CorsFields.ALLOW_ORIGIN),
            new RemoveHeader(CorsFields.ALLOW_CREDENTIALS),
            new RemoveHeader(CorsFields.EXPOSE_HEADERS));

    private final Origins origins;
    private final boolean allowPrivateNetwork;
    private final ImmediateResponse preflightRefused;
    private final ImmediateResponse preflightAllowed;
    private final List<ResponseInstruction> preflightMarks;
    private final List<ResponseInstruction> marks;

    CorsHeadersPolicy(CorsHeadersParams params, Origins origins) {
        this.origins = origins;
        this.allowPrivateNetwork = params.allowPrivateNetwork();
        this.preflightRefused = new ImmediateResponse(
                        NO_CONTENT, HeaderMap.of(CorsFields.VARY, "Origin"), Buffer.buffer(), REASON)
                .withCode(CorsCode.CORS_PREFLIGHT);
        this.preflightAllowed = allowed(preflightRefused, params);
        ResponseInstruction credentials = params.allowCredentials()
                ? new SetHeader(CorsFields.ALLOW_CREDENTIALS, YES)
                : new RemoveHeader(CorsFields.ALLOW_CREDENTIALS);
        StringOrList exposed = params.exposeHeaders();
        this.preflightMarks = List.of(credentials);
        this.marks = List.of(
                credentials,
                exposed == null
                        ? new RemoveHeader(CorsFields.EXPOSE_HEADERS)
                        : new SetHeader(CorsFields.EXPOSE_HEADERS, joined(exposed)));
    }

    private static ImmediateResponse allowed(ImmediateResponse refused, CorsHeadersParams params) {
        ImmediateResponse answer = refused.withHeader(CorsFields.ALLOW_METHODS, joined(params.allowMethods()))
                .withHeader(CorsFields.MAX_AGE, Integer.toString(params.maxAgeS()));
        if (params.allowHeaders() != null) {
            answer = answer.withHeader(CorsFields.ALLOW_HEADERS, joined(params.allowHeaders()));
        }
        return params.allowCredentials() ? answer.withHeader(CorsFields.ALLOW_CREDENTIALS, YES) : answer;
    }

    private static String joined(StringOrList names) {
        return String.join(", ", names.values());
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        return CorsFields.isPreflight(context.request())
                ? RequestOutcome.respond(preflightAnswer(context.request()))
                : RequestOutcome.unchanged();
    }

    private ImmediateResponse preflightAnswer(RequestView request) {
        String shown = shownOrigin(request);
        if (shown == null) {
            return preflightRefused;
        }
        ImmediateResponse answer = preflightAllowed.withHeader(CorsFields.ALLOW_ORIGIN, shown);
        return allowPrivateNetwork && YES.equals(request.headers().get(CorsFields.REQUEST_PRIVATE_NETWORK))
                ? answer.withHeader(CorsFields.ALLOW_PRIVATE_NETWORK, YES)
                : answer;
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext context) {
        RequestView request = context.originalRequest();
        String shown = shownOrigin(request);
        List<ResponseInstruction> instructions = new ArrayList<>(4);
        if (shown == null) {
            instructions.addAll(REFUSED);
        } else {
            instructions.add(new SetHeader(CorsFields.ALLOW_ORIGIN, shown));
            instructions.addAll(CorsFields.isPreflight(request) ? preflightMarks : marks);
        }
        if (!CorsFields.variesByOrigin(context.response().headers())) {
            instructions.add(VARY);
        }
        return ResponseOutcome.proceed(instructions);
    }

    /**
     * Returns the allowed origin to state in the response: {@code *} if all origins are allowed; null if the request's
     * origin is not.
     */
    private @Nullable String shownOrigin(RequestView request) {
        if (origins.isAny()) {
            return Origins.ANY;
        }
        String origin = CorsFields.origin(request);
        return origin != null && origins.includes(origin) ? origin : null;
    }
}
