package io.policyengine.policies.authentication.hmacsignature;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.callout.TargetUrl;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.lookup.Loaded;
import io.policyengine.core.lookup.Loader;
import io.policyengine.core.lookup.Lookup;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Target;
import io.policyengine.policies.authentication.hmacsignature.component.Claim;
import io.policyengine.policies.authentication.hmacsignature.component.RequestComponents;
import io.policyengine.policies.authentication.hmacsignature.component.SignatureComponent;
import io.policyengine.policies.format.structuredfields.BareItem;
import io.policyengine.policies.format.structuredfields.Item;
import io.policyengine.policies.format.structuredfields.MalformedFieldException;
import io.policyengine.policies.format.structuredfields.Member;
import io.policyengine.policies.format.structuredfields.StructuredFields;
import io.vertx.core.Future;
import java.text.ParseException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The keys of bots, from the directories that the bots publish (Web Bot Auth). A request names its bot's directory in
 * {@code Signature-Agent}, but only configured directories are fetched. Unknown keys cause at most one fetch per
 * cool-down.
 *
 * @param agents targets of fetches, by the origin of the bot
 */
record BotDirectories(
        Map<String, Target> agents,
        Duration refresh,
        Duration coolDown,
        Lookup<String, Map<String, SignerKey>> directories)
        implements SignerKeySource {
    static final String TAG = "web-bot-auth";

    static final String WELL_KNOWN = "/.well-known/http-message-signatures-directory";

    private static final String AGENT = "signature-agent";

    /** Maximum size of the key directory of a bot, in bytes. */
    private static final int MAX_BYTES = 65_536;

    /** Maximum number of keys that are read from the directory of a bot; further keys are ignored. */
    private static final int MAX_KEYS = 100;

    /** The lifetime of the last valid keys while fetches fail, in refresh intervals. */
    private static final int LIFE = 5;

    private static final HeaderMap ACCEPT =
            HeaderMap.of("accept", "application/http-message-signatures-directory+json, application/json");

    @Override
    public Future<Optional<SignerKey>> find(Claim claim, RequestComponents request, Call call) {
        String origin = origin(claim, request);
        Target target = origin == null ? null : agents.get(origin);
        if (origin == null || target == null) {
            return Future.succeededFuture(Optional.empty());
        }
        Loader<String, Map<String, SignerKey>> loader = (agent, _) -> load(agent, target);
        return directories
                .get(origin, call, loader)
                .compose(keys -> keys.containsKey(claim.keyId())
                        ? Future.succeededFuture(keys)
                        : directories.reload(origin, call, coolDown, loader))
                .transform(keys -> Future.succeededFuture(
                        keys.succeeded()
                                ? Optional.ofNullable(keys.result().get(claim.keyId()))
                                : Optional.<SignerKey>empty()));
    }

    /** Returns true, since a directory may list the key by the time of a later request. */
    @Override
    public boolean mayKnow(String keyId) {
        return true;
    }

    /**
     * Returns the origin in the {@code Signature-Agent} field that the signature covers; null if it covers no valid
     * one.
     */
    private static @Nullable String origin(Claim claim, RequestComponents request) {
        List<String> values = request.request().headers().getAll(AGENT);
        for (SignatureComponent component : claim.covered()) {
            if (component.name().equals(AGENT)) {
                try {
                    return TargetUrl.parse(agent(component, values)).origin();
                } catch (MalformedFieldException | IllegalArgumentException unusable) {
                    return null;
                }
            }
        }
        return null;
    }

    /**
     * Returns the URL in {@code Signature-Agent}: the dictionary member that the component names, or a string as in
     * older drafts.
     */
    private static String agent(SignatureComponent component, List<String> values) throws MalformedFieldException {
        String key = component.parameter("key");
        Member member = key == null
                ? StructuredFields.item(values)
                : StructuredFields.dictionary(values).get(key);
        if (member instanceof Item(BareItem.Text(String url), var _)) {
            return url;
        }
        throw new IllegalArgumentException("no agent");
    }

    private Future<Loaded<Map<String, SignerKey>>> load(String origin, Target target) {
        return target.fetch(CalloutRequest.get(WELL_KNOWN, ACCEPT, MAX_BYTES))
                .map(response -> new Loaded<>(keys(origin, response), refresh, refresh.multipliedBy(LIFE - 1L), 1));
    }

    /**
     * Returns the usable keys of a directory by thumbprint (RFC 7638), which signatures use as key id. Other keys are
     * skipped.
     */
    private static Map<String, SignerKey> keys(String origin, CalloutResponse response) {
        if (response.status() != 200) {
            throw malformed(origin, "it answers " + response.status());
        }
        Map<String, SignerKey> keys = new HashMap<>();
        try {
            List<JWK> listed = JWKSet.parse(response.body().toString()).getKeys();
            for (JWK jwk : listed.subList(0, Math.min(MAX_KEYS, listed.size()))) {
                String id = jwk.computeThumbprint().toString();
                SignerKey key = key(origin, id, jwk);
                if (key != null) {
                    keys.put(id, key);
                }
            }
        } catch (ParseException | JOSEException garbage) {
            throw malformed(origin, "its directory is not a JWK set");
        }
        return Map.copyOf(keys);
    }

    /**
     * Returns the key, or null if it is unusable. A shared secret is unusable, since every reader of the directory
     * knows it.
     */
    private static @Nullable SignerKey key(String origin, String id, JWK jwk) {
        try {
            SignerKey key = SignerKey.of(origin, id, KeyMaterial.of(jwk));
            return key.algorithm() == SignatureAlgorithm.HMAC_SHA256 ? null : key;
        } catch (IllegalArgumentException unusable) {
            return null;
        }
    }

    private static CalloutException malformed(String origin, String why) {
        return new CalloutException(CalloutException.Kind.MALFORMED, origin, why);
    }
}
