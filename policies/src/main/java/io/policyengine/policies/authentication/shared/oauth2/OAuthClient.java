package io.policyengine.policies.authentication.shared.oauth2;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyEnvironment.WatchedFile;
import io.policyengine.core.policy.Target;
import io.policyengine.core.work.Lane;
import io.policyengine.core.work.Work;
import io.policyengine.policies.authentication.shared.oauth2.ClientParams.PrivateKeyJwt;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A client of one authorization server, which sends forms with the engine's client authentication. Immutable. */
public final class OAuthClient {
    private static final String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /**
     * The lifetime of an assertion. It allows for clock differences, and is too short for a stolen assertion to be
     * useful.
     */
    private static final Duration ASSERTION_LIFE = Duration.ofMinutes(1);

    private static final long SIGNATURE_BYTES = 64 << 10;

    private final Target target;
    private final ClientParams params;
    private final PolicyEnvironment env;
    private final @Nullable WatchedFile<SigningKey> key;

    private OAuthClient(
            Target target, ClientParams params, PolicyEnvironment env, @Nullable WatchedFile<SigningKey> key) {
        this.target = target;
        this.params = params;
        this.env = env;
        this.key = key;
    }

    /**
     * Creates a client from the parameters {@code target} or {@code url}, and {@code client}. If they are invalid, adds
     * the problems found and returns null. May block to read the key file.
     */
    public static @Nullable OAuthClient of(
            @Nullable String targetName,
            @Nullable String url,
            ClientParams client,
            PolicyEnvironment env,
            Collection<ParamProblem> problems) {
        int before = problems.size();
        Target target = target(targetName, url, env, problems);
        PrivateKeyJwt signing = client.privateKeyJwt();
        if ((client.secret() == null) == (signing == null)) {
            problems.add(new ParamProblem("/client", "exactly one of secret and private_key_jwt is expected"));
        }
        WatchedFile<SigningKey> key = signing == null ? null : key(signing, env, problems);
        return target == null || problems.size() > before ? null : new OAuthClient(target, client, env, key);
    }

    private static @Nullable Target target(
            @Nullable String name, @Nullable String url, PolicyEnvironment env, Collection<ParamProblem> problems) {
        if ((name == null) == (url == null)) {
            problems.add(new ParamProblem("", "exactly one of target and url is expected"));
            return null;
        }
        try {
            return env.target(name == null ? String.valueOf(url) : name);
        } catch (InvalidParamsException unusable) {
            String pointer = name == null ? "/url" : "/target";
            unusable.problems().forEach(problem -> problems.add(new ParamProblem(pointer, problem.message())));
            return null;
        }
    }

    private static @Nullable WatchedFile<SigningKey> key(
            PrivateKeyJwt params, PolicyEnvironment env, Collection<ParamProblem> problems) {
        try {
            return env.watch(params.keyFile(), new SigningKey.Parser(params.algorithm()));
        } catch (InvalidParamsException unusable) {
            unusable.problems()
                    .forEach(problem ->
                            problems.add(new ParamProblem("/client/private_key_jwt/key_file", problem.message())));
            return null;
        }
    }

    /** Returns the server's name, for messages. */
    public String server() {
        return target.name();
    }

    /**
     * Sends a form with the client's credentials added. The form may be sent twice, so sending it must be idempotent.
     */
    public Future<CalloutResponse> ask(Call call, TokenRequestForm form, int maxResponseBytes) {
        HeaderMap headers =
                HeaderMap.of("content-type", "application/x-www-form-urlencoded", "accept", "application/json");
        String secret = params.secret();
        if (secret == null) {
            return assertion(call).compose(assertion -> {
                form.add("client_id", params.id())
                        .add("client_assertion_type", ASSERTION_TYPE)
                        .add("client_assertion", assertion);
                return send(call, headers, form, maxResponseBytes);
            });
        }
        if (params.secretInForm()) {
            form.add("client_id", params.id()).add("client_secret", secret);
            return send(call, headers, form, maxResponseBytes);
        }
        // RFC 6749 §2.3.1: both are form-encoded first.
        String basic = TokenRequestForm.encoded(params.id()) + ":" + TokenRequestForm.encoded(secret);
        String value = "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8));
        return send(call, headers.toBuilder().set("authorization", value).build(), form, maxResponseBytes);
    }

    private Future<CalloutResponse> send(Call call, HeaderMap headers, TokenRequestForm form, int maxResponseBytes) {
        return target.send(
                call,
                CalloutRequest.post(null, headers, form.body(), maxResponseBytes)
                        .repeatable());
    }

    /**
     * Returns a signed assertion (RFC 7523 §3). It is signed off the event loop, since signing with RSA takes a
     * millisecond.
     */
    private Future<String> assertion(Call call) {
        return env.offLoop(call, new Work(Lane.SHORT, SIGNATURE_BYTES), _ -> signed());
    }

    private String signed() {
        PrivateKeyJwt signing = params.privateKeyJwt();
        SigningKey current = key == null ? null : key.current();
        if (signing == null || current == null) {
            throw new IllegalStateException("a client without a secret has a key");
        }
        long now = env.clock().instant().getEpochSecond();
        ObjectNode claims = JsonNodeFactory.instance
                .objectNode()
                .put("iss", params.id())
                .put("sub", params.id())
                .put("aud", signing.audience())
                .put("jti", env.newId())
                .put("iat", now)
                .put("exp", now + ASSERTION_LIFE.toSeconds());
        String id = signing.keyId() == null ? current.id() : signing.keyId();
        JWSObject assertion = new JWSObject(
                new JWSHeader.Builder(current.algorithm()).keyID(id).build(), new Payload(claims.toString()));
        try {
            assertion.sign(current.signer());
        } catch (JOSEException failure) {
            throw new PolicyException(ErrorCode.POLICY_ERROR, "the key of the client cannot sign");
        }
        return assertion.serialize();
    }
}
