package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.core.policy.RequestOutcome;
import io.vertx.core.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A verified token, with the last outcome and the reader (the policy of an entry) that computed it. Most tokens are
 * sent to one route, so their outcome is computed once. If readers alternate, the outcome is computed again each time.
 * Thread-safe.
 */
final class RememberedToken {
    private final TokenVerdict.Verified token;
    private volatile @Nullable Judged last;

    private record Judged(long reader, Future<RequestOutcome> outcome) {}

    RememberedToken(TokenVerdict.Verified token) {
        this.token = token;
    }

    /**
     * Returns a reader's outcome for the token.
     *
     * @param reader number from {@link TokenCache#newReader}
     * @param judge computes the outcome; it must depend on nothing but the token
     */
    Future<RequestOutcome> outcome(long reader, Function<TokenVerdict.Verified, Future<RequestOutcome>> judge) {
        Judged known = last;
        if (known != null && known.reader() == reader) {
            return known.outcome();
        }
        Future<RequestOutcome> outcome = judge.apply(token);
        last = new Judged(reader, outcome);
        return outcome;
    }
}
