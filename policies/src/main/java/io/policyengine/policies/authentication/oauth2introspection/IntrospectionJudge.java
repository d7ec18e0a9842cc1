package io.policyengine.policies.authentication.oauth2introspection;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutException.Kind;
import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.lookup.Loaded;
import io.policyengine.policies.authentication.oauth2introspection.Oauth2IntrospectionParams.CacheParams;
import io.policyengine.policies.authentication.shared.credential.TokenRefusal;
import io.policyengine.policies.authentication.shared.jwt.ClaimRules;
import io.policyengine.policies.authentication.shared.jwt.TokenClaims;
import io.policyengine.policies.authentication.shared.jwt.TokenDecision;
import io.policyengine.policies.authentication.shared.jwt.TokenIdentity;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Judges the responses of an authorization server (RFC 7662 §2.2), and determines how long each verdict is valid.
 *
 * @param audiences accepted audiences: a token must have one of them; empty for any
 */
record IntrospectionJudge(
        String server,
        List<String> audiences,
        ClaimRules rules,
        TokenIdentity announcement,
        CacheParams cache,
        InstantSource clock) {
    private static final int KIBIBYTE = 1024;

    private static final int TOO_MANY_REQUESTS = 429;

    /** The statuses with which an authorization server refuses a request because of the client's token in it. */
    private static final Set<Integer> OF_TOKEN = Set.of(400, 413, 414, 422, 431);

    /** Refusal: the token is unknown, expired or revoked. */
    private static final TokenRefusal INACTIVE =
            TokenRefusal.invalid(IntrospectionCode.TOKEN_INACTIVE, "The token is not active");

    /**
     * Returns the verdict, and how long it may be cached.
     *
     * @throws CalloutException if the response has no verdict; the message quotes nothing that the server sent
     */
    Loaded<IntrospectionVerdict> judge(CalloutResponse answer) {
        if (answer.status() == 401 || answer.status() == 403) {
            throw failure(
                    Kind.REFUSED,
                    "it does not accept the engine's client credentials (status " + answer.status() + ")");
        }
        if (OF_TOKEN.contains(answer.status())) {
            throw CalloutException.ofRequest(
                    Kind.REFUSED, server, "it refuses the token with status " + answer.status());
        }
        if (answer.status() == TOO_MANY_REQUESTS) {
            throw failure(Kind.OVERLOADED, "it answers with status 429");
        }
        if (!answer.isSuccess()) {
            throw failure(Kind.REFUSED, "it answers with status " + answer.status());
        }
        byte[] body = answer.body().getBytes();
        TokenClaims read = TokenClaims.read(body);
        JsonNode active = read == null ? null : read.json().get("active");
        if (read == null || active == null || !active.isBoolean()) {
            throw failure(
                    Kind.MALFORMED,
                    "its response violates RFC 7662: a JSON object with a boolean 'active' is " + "expected");
        }
        long now = clock.millis();
        if (!active.booleanValue() || isOver(read, now)) {
            return negative(INACTIVE);
        }
        return held(verdict(read), read.expires(), now, 1 + body.length / KIBIBYTE);
    }

    private static boolean isOver(TokenClaims claims, long now) {
        return (claims.expires() != null && claims.expires() <= now)
                || (claims.notBefore() != null && claims.notBefore() > now);
    }

    private IntrospectionVerdict verdict(TokenClaims answer) {
        if (!audiences.isEmpty() && answer.audiences().stream().noneMatch(audiences::contains)) {
            return new IntrospectionVerdict.Refused(TokenRefusal.AUDIENCE);
        }
        List<String> scopes = rules.scopesOf(answer.json());
        TokenRefusal unfit = rules.judge(answer.json(), scopes);
        if (unfit != null) {
            return new IntrospectionVerdict.Refused(unfit);
        }
        return switch (announcement.of(answer.json(), scopes)) {
            case TokenDecision.Granted(List<RequestInstruction> instructions) ->
                new IntrospectionVerdict.Accepted(instructions);
            case TokenDecision.Refused(TokenRefusal why) -> new IntrospectionVerdict.Refused(why);
        };
    }

    private Loaded<IntrospectionVerdict> negative(TokenRefusal why) {
        return new Loaded<>(
                new IntrospectionVerdict.Refused(why), Duration.ofSeconds(cache.negativeTtlS()), Duration.ZERO, 1);
    }

    private Loaded<IntrospectionVerdict> held(
            IntrospectionVerdict verdict, @Nullable Long expires, long now, int kibibytes) {
        if (verdict instanceof IntrospectionVerdict.Refused(TokenRefusal why)) {
            return negative(why);
        }
        Duration left = expires == null ? Duration.ofDays(1) : Duration.ofMillis(expires - now);
        Duration fresh = least(Duration.ofSeconds(cache.ttlS()), left);
        Duration stale = least(Duration.ofSeconds(cache.staleS()), left.minus(fresh));
        return new Loaded<>(verdict, fresh, stale, kibibytes);
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private CalloutException failure(Kind kind, String why) {
        return new CalloutException(kind, server, why);
    }
}
