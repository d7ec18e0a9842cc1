package io.policyengine.policies.traffic.ratelimit;

import io.policyengine.core.policy.Store;
import io.policyengine.policies.shared.clientkey.ClientKey;
import io.policyengine.policies.traffic.ratelimit.RateLimitParams.LimitParams;
import io.policyengine.policies.traffic.shared.counting.LimitProblems;
import io.policyengine.policies.traffic.shared.counting.Limits;
import io.policyengine.policies.traffic.shared.counting.Span;
import io.policyengine.policies.traffic.shared.limit.Algorithm;
import io.policyengine.policies.traffic.shared.limit.Limit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The compiled limits of {@code rateLimit}, from either form of its parameters.
 *
 * @param whole limits for all instances together
 * @param shares limits of each instance alone
 * @param rate rate of the short form, in requests per second
 * @param burst burst of the short form
 */
record WrittenLimits(Limits whole, Limits shares, double rate, int burst) {
    private static final double DEFAULT_RATE = 100;
    private static final int DEFAULT_BURST = 20;
    private static final String DEFAULT_KEY = "identity";
    private static final String NAME_OF_SHORT_FORM = "default";
    private static final long MICROS = 1_000_000;

    /**
     * Compiles the parameters.
     *
     * @throws io.policyengine.core.policy.InvalidParamsException with all problems
     */
    static WrittenLimits of(RateLimitParams params) {
        Reader reader = new Reader(params);
        if (params.limits() == null) {
            reader.readShortForm();
        } else {
            reader.read(params.limits());
        }
        reader.findings.require();
        return new WrittenLimits(new Limits(reader.whole), new Limits(reader.shares), reader.rate, reader.burst);
    }

    private static final class Reader {
        private final RateLimitParams params;
        private final double rate;
        private final int burst;
        private final LimitProblems findings = new LimitProblems();
        private final List<Limit> whole = new ArrayList<>();
        private final List<Limit> shares = new ArrayList<>();

        Reader(RateLimitParams params) {
            this.params = params;
            this.rate = Objects.requireNonNullElse(params.requestsPerSecond(), DEFAULT_RATE);
            this.burst = Objects.requireNonNullElse(params.burst(), DEFAULT_BURST);
            if (params.syncIntervalMs() != null && params.counting().store().equals(Store.LOCAL)) {
                findings.add(
                        "/sync_interval_ms",
                        "the parameter is permitted only with a shared store: name one in " + "'store'");
            }
        }

        void readShortForm() {
            if (params.algorithm() != null && params.algorithm() != Algorithm.GCRA) {
                findings.add(
                        "/algorithm",
                        "an algorithm with windows needs 'limits', which state the length of the " + "window");
            }
            ClientKey key = findings.key(Objects.requireNonNullElse(params.key(), DEFAULT_KEY), "/key");
            Limit.Named named = new Limit.Named(NAME_OF_SHORT_FORM, key, null, false);
            whole.add(named.bucket(MICROS / rate, burst));
            shares.add(named.bucket(
                    MICROS / rate * params.counting().replicas(),
                    params.counting().share(burst)));
        }

        void read(List<LimitParams> written) {
            refuse("/requests_per_second", params.requestsPerSecond());
            refuse("/burst", params.burst());
            refuse("/key", params.key());
            findings.number(written.size());
            for (int i = 0; i < written.size(); i++) {
                read(written.get(i), "/limits/" + i);
            }
        }

        private void read(LimitParams limit, String pointer) {
            String name = Objects.requireNonNullElse(limit.name(), limit.per());
            findings.name(name, pointer);
            Limit.Named named = new Limit.Named(
                    name,
                    findings.key(limit.key(), pointer + "/key"),
                    findings.cost(limit.cost(), pointer + "/cost"),
                    limit.shadow());
            Algorithm algorithm = algorithmOf(limit);
            long micros = Span.micros(limit.per());
            if (micros > Span.LONGEST) {
                findings.add(pointer + "/per", "at most 366 days");
            } else if (limit.burst() != null && algorithm != Algorithm.GCRA) {
                findings.add(
                        pointer + "/burst",
                        "burst is permitted only with algorithm gcra: a window admits as many requests as 'requests' "
                                + "states");
            } else {
                add(named, limit, algorithm, micros, pointer);
            }
        }

        /**
         * Returns the algorithm of a limit: the configured one, else a bucket if the limit has a burst, else a sliding
         * window.
         */
        private Algorithm algorithmOf(LimitParams limit) {
            Algorithm unwritten = limit.burst() == null ? Algorithm.SLIDING_WINDOW : Algorithm.GCRA;
            return Objects.requireNonNullElse(params.algorithm(), unwritten);
        }

        private void add(Limit.Named named, LimitParams limit, Algorithm algorithm, long micros, String pointer) {
            long most = Objects.requireNonNullElse(limit.burst(), limit.requests());
            long share = params.counting().share(limit.requests());
            try {
                whole.add(algorithm.limit(named, micros, limit.requests(), most));
                shares.add(
                        algorithm.limit(named, micros, share, params.counting().share(most)));
            } catch (IllegalArgumentException tooLong) {
                findings.add(pointer + "/burst", String.valueOf(tooLong.getMessage()));
            }
        }

        private void refuse(String pointer, @Nullable Object value) {
            if (value != null) {
                findings.add(pointer, "the parameter is permitted only without 'limits': give it in each limit");
            }
        }
    }
}
