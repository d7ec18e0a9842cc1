package io.policyengine.policies.authentication.apikeyauth;

import io.policyengine.core.http.Octets;
import io.policyengine.core.http.QueryString;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RemoveQueryParam;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.authentication.shared.identity.IdentityHeaders;
import io.policyengine.policies.shared.cookie.Cookies;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.digest.Sha256;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

final class ApiKeyAuthPolicy implements Policy {
    private static final Denial MISSING =
            new Denial(401, ApiKeyCode.API_KEY_MISSING, "An API key is required", DenialReason.AUTHENTICATION_FAILED);
    private static final Denial MALFORMED = new Denial(
            401, ApiKeyCode.API_KEY_MALFORMED, "Exactly one API key is expected", DenialReason.AUTHENTICATION_FAILED);
    private static final Denial INVALID =
            new Denial(403, ApiKeyCode.API_KEY_INVALID, "The API key is not valid", DenialReason.UNAUTHORIZED);

    private final ApiKeyAuthParams params;
    private final KeyTable inline;
    private final Supplier<KeyTable> file;
    private final InstantSource clock;
    private final RemoveHeader removal;
    private final Future<RequestOutcome> missing;
    private final Future<RequestOutcome> malformed;
    private final Future<RequestOutcome> unknown;
    private final Future<RequestOutcome> expired;

    ApiKeyAuthPolicy(ApiKeyAuthParams params, KeyTable inline, Supplier<KeyTable> file, InstantSource clock) {
        this.params = params;
        this.inline = inline;
        this.file = file;
        this.clock = clock;
        this.removal = new RemoveHeader(params.headerName());
        this.missing = RequestOutcome.respond(challenge(MISSING));
        this.malformed = RequestOutcome.respond(challenge(MALFORMED));
        ImmediateResponse invalid = INVALID.response(params.denialFormat());
        this.unknown = RequestOutcome.respond(invalid.withCode(ApiKeyCode.API_KEY_UNKNOWN));
        this.expired = RequestOutcome.respond(invalid.withCode(ApiKeyCode.API_KEY_EXPIRED));
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        return switch (ApiKeyCredential.of(context.request(), params)) {
            case ApiKeyCredential.None _ ->
                params.required() ? missing : IdentityHeaders.passWithoutCredential(context.metadata());
            case ApiKeyCredential.Malformed _ -> malformed;
            case ApiKeyCredential.One key -> decide(key, context.request());
        };
    }

    private Future<RequestOutcome> decide(ApiKeyCredential.One key, RequestView request) {
        Consumer consumer = find(Sha256.of(Octets.toBytes(key.octets())));
        if (consumer == null) {
            return unknown;
        }
        if (consumer.isExpiredAt(clock.instant())) {
            return expired;
        }
        List<RequestInstruction> instructions =
                new ArrayList<>(consumer.announcement().size() + 4);
        if (params.strip()) {
            strip(request, instructions);
        }
        instructions.addAll(consumer.announcement());
        instructions.add(Identity.provenBy(List.of(key.proof())));
        return RequestOutcome.proceed(instructions);
    }

    private @Nullable Consumer find(Sha256 digest) {
        Consumer consumer = inline.find(digest);
        return consumer != null ? consumer : file.get().find(digest);
    }

    /** Adds the instructions that remove the key from the header, the query parameter and the cookie. */
    private void strip(RequestView request, List<RequestInstruction> instructions) {
        instructions.add(removal);
        if (params.cookieName() != null) {
            instructions.addAll(Cookies.remove(request.headers(), params.cookieName()));
        }
        if (params.queryParam() != null && QueryString.get(request.path(), params.queryParam()) != null) {
            instructions.add(new RemoveQueryParam(params.queryParam()));
        }
    }

    /** Returns the denial with the challenge that a 401 must have (RFC 9110 §15.5.2). */
    private ImmediateResponse challenge(Denial denial) {
        return denial.response(params.denialFormat()).withHeader("www-authenticate", "API-Key");
    }
}
