package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutException.Kind;
import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.callout.TargetUrl;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.Target;
import io.policyengine.core.work.Lane;
import io.policyengine.core.work.Work;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

sealed interface KeyLocation {
    /** Maximum length of a JWK set or a discovery document, in bytes. */
    int MAX_BYTES = 256 * 1024;

    int TOO_MANY_REQUESTS = 429;

    /**
     * Fetches the current text of the JWK set. Fails with {@link CalloutException}: status 429 or 5xx is a failed
     * dependency; any other status except 200 is an unreadable response.
     */
    Future<Buffer> fetch(Call call);

    record Known(Target target) implements KeyLocation {
        @Override
        public Future<Buffer> fetch(Call call) {
            return ask(target, call);
        }
    }

    /**
     * A location of keys that the issuer's discovery document names (OpenID Connect Discovery 1.0 §4). If the document
     * keeps changing, at most {@value #MAX_PLACES} different locations are used.
     */
    final class Discovered implements KeyLocation {
        static final String WELL_KNOWN = "/.well-known/openid-configuration";

        /** Maximum number of different key locations that an issuer's discovery document may name over time. */
        static final int MAX_PLACES = 8;

        private static final int TARGET_BYTES = 64 * 1024;

        private static final JsonMapper JSON = new JsonMapper();

        private final String issuer;
        private final Target document;
        private final boolean allowHttp;
        private final PolicyEnvironment env;
        private final Map<String, Target> places = new ConcurrentHashMap<>();

        Discovered(String issuer, Target document, boolean allowHttp, PolicyEnvironment env) {
            this.issuer = issuer;
            this.document = document;
            this.allowHttp = allowHttp;
            this.env = env;
        }

        static String documentOf(String issuer) {
            return (issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer) + WELL_KNOWN;
        }

        @Override
        public Future<Buffer> fetch(Call call) {
            return ask(document, call).compose(text -> place(text, call)).compose(place -> ask(place, call));
        }

        private Future<Target> place(Buffer text, Call call) {
            JsonNode json = read(text);
            if (!json.path("issuer").asString("").equals(issuer)) {
                throw failure("its discovery document names another issuer");
            }
            String uri = json.path("jwks_uri").asString("");
            if (!TargetUrl.isUrl(uri)) {
                throw failure("its discovery document has no jwks_uri");
            }
            String fault = faultOf(uri, allowHttp);
            if (fault != null) {
                throw failure("jwks_uri of its discovery document: " + fault);
            }
            Target known = places.get(uri);
            if (known != null) {
                return Future.succeededFuture(known);
            }
            if (places.size() >= MAX_PLACES) {
                throw failure("its discovery document has named more than " + MAX_PLACES + " different jwks_uri");
            }
            // Creating a target may block, since targets are usually created along with their policy.
            return env.offLoop(call, new Work(Lane.SHORT, TARGET_BYTES), _ -> newPlaceBlocking(uri));
        }

        private Target newPlaceBlocking(String uri) {
            try {
                return places.computeIfAbsent(uri, env::target);
            } catch (InvalidParamsException unusable) {
                throw failure("jwks_uri of its discovery document: "
                        + unusable.problems().getFirst().message());
            }
        }

        private JsonNode read(Buffer text) {
            try {
                return JSON.readTree(text.getBytes());
            } catch (JacksonException malformed) {
                throw failure("its discovery document is not JSON");
            }
        }

        private CalloutException failure(String why) {
            return new CalloutException(Kind.MALFORMED, document.name(), why);
        }
    }

    /**
     * Returns the reason why keys must not be fetched from this URL, or null. An attacker can replace keys sent over
     * plain http.
     */
    static @Nullable String faultOf(String url, boolean allowHttp) {
        try {
            TargetUrl parsed = TargetUrl.parse(url);
            return parsed.tls() || allowHttp || isLoopback(parsed.host())
                    ? null
                    : "keys must be fetched by https; http is permitted only from this machine, or if allow_http is "
                            + "true";
        } catch (IllegalArgumentException malformed) {
            return String.valueOf(malformed.getMessage());
        }
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.[0-9]{1,3}){3}");
    }

    private static Future<Buffer> ask(Target target, Call call) {
        return target.send(call, CalloutRequest.get(null, HeaderMap.of("accept", "application/json"), MAX_BYTES))
                .map(response -> body(target, response));
    }

    private static Buffer body(Target target, CalloutResponse response) {
        int status = response.status();
        if (status != 200) {
            Kind kind = status == TOO_MANY_REQUESTS || status >= 500 ? Kind.REFUSED : Kind.MALFORMED;
            throw new CalloutException(kind, target.name(), "it answers with status " + status + " instead of 200");
        }
        return response.body();
    }
}
