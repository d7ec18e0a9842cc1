package io.policyengine.policies.authentication.tokenexchange;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutException.Kind;
import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.lookup.Loaded;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.authentication.shared.jwt.StrictJson;
import io.policyengine.policies.authentication.tokenexchange.TokenExchangeParams.CacheParams;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Parses the responses of a token endpoint (RFC 8693 §2.2), and determines how long each one may be cached.
 *
 * @param refused the outcome for a token that the server refuses to exchange
 */
record AnswerReader(String server, CacheParams cache, Future<RequestOutcome> refused) {
    /**
     * The time before a token's expiry during which the token is no longer used, since it must still be valid on
     * arrival.
     */
    private static final Duration MARGIN = Duration.ofSeconds(30);

    /**
     * Errors of a token endpoint that the client's token causes (RFC 8693 §2.2.2, RFC 6749 §5.2).
     */
    private static final Set<String> OF_TOKEN = Set.of("invalid_request", "invalid_grant", "access_denied");

    /** Errors of a token endpoint that a message may name. All of them are caused by the engine. */
    private static final Set<String> OF_CLIENT = Set.of(
            "invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope", "invalid_target");

    private static final int KIBIBYTE = 1024;

    private static final int TOO_MANY_REQUESTS = 429;

    /** The statuses with which a token endpoint refuses a request because of the client's token in it. */
    private static final Set<Integer> OF_REQUEST = Set.of(400, 413, 414, 422, 431);

    /** Maximum lifetime of an exchanged token, in seconds. Longer lifetimes are reduced to it. */
    private static final double LONGEST_SECONDS = 1e9;

    /**
     * Returns the exchanged token, or the refusal to exchange it.
     *
     * @throws CalloutException if the server did not decide about the token; the message holds no secret
     */
    Loaded<ExchangedToken> read(CalloutResponse answer) {
        ObjectNode json = StrictJson.read(answer.body().getBytes());
        if (answer.isSuccess()) {
            if (json == null) {
                throw failure(Kind.MALFORMED, "its answer is not a JSON object");
            }
            return token(json);
        }
        String error = json == null ? null : json.path("error").asString(null);
        if (answer.status() == 400 && error != null && OF_TOKEN.contains(error)) {
            return new Loaded<>(
                    new ExchangedToken(refused), Duration.ofSeconds(cache.negativeTtlS()), Duration.ZERO, 1);
        }
        boolean isOfClient = error != null && OF_CLIENT.contains(error);
        if (OF_REQUEST.contains(answer.status()) && !isOfClient) {
            throw CalloutException.ofRequest(
                    Kind.REFUSED, server, "it refuses the token with status " + answer.status());
        }
        if (answer.status() == TOO_MANY_REQUESTS) {
            throw failure(Kind.OVERLOADED, "it answers with status 429");
        }
        String named = isOfClient ? " (" + error + ")" : "";
        throw failure(Kind.REFUSED, "it answers with status " + answer.status() + named);
    }

    private Loaded<ExchangedToken> token(ObjectNode json) {
        String token = json.path("access_token").asString("");
        if (!json.path("token_type").asString("").equalsIgnoreCase("Bearer")) {
            throw failure(Kind.MALFORMED, "its token is not of type Bearer");
        }
        if (token.isEmpty() || !token.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
            throw failure(Kind.MALFORMED, "its answer has no token");
        }
        SetHeader field = new SetHeader("Authorization", "Bearer " + token);
        Duration fresh = least(Duration.ofSeconds(cache.ttlS()), life(json.get("expires_in")));
        return new Loaded<>(
                new ExchangedToken(RequestOutcome.proceed(List.of(field))),
                fresh,
                Duration.ZERO,
                1 + token.length() / KIBIBYTE);
    }

    private Duration life(@Nullable JsonNode expiresIn) {
        if (expiresIn == null || !expiresIn.isNumber()) {
            return Duration.ofSeconds(cache.unknownTtlS());
        }
        long seconds = (long) Math.clamp(expiresIn.doubleValue(), 0, LONGEST_SECONDS);
        Duration left = Duration.ofSeconds(seconds).minus(MARGIN);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private CalloutException failure(Kind kind, String why) {
        return new CalloutException(kind, server, why);
    }
}
