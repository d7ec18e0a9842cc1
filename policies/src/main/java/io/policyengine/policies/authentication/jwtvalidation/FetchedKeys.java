package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutException.Kind;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.lookup.Loaded;
import io.policyengine.core.lookup.Lookup;
import io.policyengine.core.policy.Call;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.work.StoppedException;
import io.policyengine.policies.authentication.jwtvalidation.JwtValidationParams.JwksParams;
import io.policyengine.policies.authentication.shared.jwt.KeySet;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of an issuer, fetched over HTTP and refreshed in the background before they expire. A token with an unknown
 * key triggers a fetch, at most once per cool-down; only tokens with unknown keys wait for this fetch. While fetches
 * fail, the last keys are valid for {@value #LIFE} times the refresh interval. One fetch runs at a time, and at most
 * {@value IssuerKeys#MAX_WAITING} tokens may wait for it. A fetch continues even if the waiting requests end. Otherwise
 * a slow issuer's keys might never arrive, and disconnecting clients could cause endless fetches.
 */
final class FetchedKeys implements KeySource {
    /** Lifetime of the last keys while fetches fail, as a multiple of the refresh interval. */
    static final int LIFE = 5;

    /**
     * Maximum heap of the keys of one issuer, in bytes: the members of all keys as text, and the key objects that are
     * built from them.
     */
    static final long MAX_BYTES = bytesOf(KeyLocation.MAX_BYTES, KeySet.MAX_KEYS);

    private static final Logger LOG = LoggerFactory.getLogger(FetchedKeys.class);

    private final String issuer;
    private final KeyLocation location;
    private final Duration refresh;
    private final Duration coolDown;
    private final Duration timeout;
    private final IssuerKeys held;
    private final Lookup<String, KeySet> lookup;
    private final Ticker ticker;

    /** True after a failed fetch, so that only the first of several failures is logged. */
    private volatile boolean failing;

    FetchedKeys(String issuer, KeyLocation location, JwksParams params, IssuerKeys held, Ticker ticker) {
        this.issuer = issuer;
        this.location = location;
        this.refresh = Duration.ofSeconds(params.refreshS());
        this.coolDown = Duration.ofSeconds(params.cooldownS());
        this.timeout = Duration.ofMillis(params.timeoutMs());
        this.held = held;
        this.lookup = held.lookup();
        this.ticker = ticker;
    }

    void prefetch() {
        lookup.prefetch(issuer, (_, load) -> load(load));
    }

    @Override
    public Future<KeySet> keys(Call call) {
        Future<KeySet> current = lookup.get(issuer, call, (_, load) -> load(load));
        return current.succeeded() ? current : current.recover(FetchedKeys::none);
    }

    @Override
    public Future<KeySet> renewed(Call call) {
        Future<KeySet> reloaded = lookup.reload(issuer, call, coolDown, (_, load) -> load(load));
        return reloaded.succeeded() ? reloaded : reloaded.recover(FetchedKeys::none);
    }

    private static Future<KeySet> none(Throwable cause) {
        boolean ofCall = cause instanceof StoppedException
                || (cause instanceof PolicyException expected && expected.code() == ErrorCode.OVERLOADED);
        return ofCall ? Future.failedFuture(cause) : Future.succeededFuture(KeySet.empty());
    }

    private Future<Loaded<KeySet>> load(Call call) {
        long deadline = ticker.nanoTime() + timeout.toNanos();
        Call own = new Call(call.requestId(), call.exchangeId(), deadline, call.cancellation());
        return location.fetch(own).map(this::read).onComplete(_ -> succeeded(), this::failed);
    }

    private void succeeded() {
        if (failing) {
            LOG.info("jwtValidation: fetching the keys of {} succeeds again; the new keys are in use", issuer);
        }
        failing = false;
        held.succeeded();
    }

    private void failed(Throwable why) {
        if (!failing) {
            LOG.warn(
                    "jwtValidation: fetching the keys of {} failed: {}. Earlier keys stay valid for at most {}",
                    issuer,
                    why.getMessage(),
                    refresh.multipliedBy(LIFE));
        }
        failing = true;
        if (lookup.held(issuer) == null) {
            held.failed(() -> lookup.retry(issuer, (_, load) -> load(load)));
        }
    }

    private static long bytesOf(int length, int keys) {
        return 4L * length + 4096L * keys;
    }

    private Loaded<KeySet> read(Buffer text) {
        return switch (KeySet.read(text.getBytes())) {
            case KeySet.Reading.Bad(String problem) -> throw new CalloutException(Kind.MALFORMED, issuer, problem);
            case KeySet.Reading.Ok(KeySet keys, var passedOver) -> {
                if (keys.size() == 0) {
                    throw new CalloutException(
                            Kind.MALFORMED,
                            issuer,
                            "no key for signatures in its JWK set" + (passedOver.isEmpty() ? "" : ": " + passedOver));
                }
                if (!held.hasRoomFor(bytesOf(text.length(), keys.size()))) {
                    throw new CalloutException(
                            Kind.TOO_LARGE,
                            issuer,
                            "its JWK set needs more memory than the caches of policies have left:"
                                    + " lower the maximums of caches, or raise the heap (POLICY_ENGINE_HEAP)");
                }
                KeySet before = lookup.held(issuer);
                KeySet current = before != null && before.isSameAs(keys) ? before : keys;
                yield new Loaded<>(current, refresh, refresh.multipliedBy(LIFE - 1L), 1);
            }
        };
    }
}
