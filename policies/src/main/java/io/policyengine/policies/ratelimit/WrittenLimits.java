package io.policyengine.policies.ratelimit;

import io.policyengine.core.expression.Expression;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.store.Store;
import io.policyengine.policies.clientkey.KeySource;
import io.policyengine.policies.counting.Limit;
import io.policyengine.policies.counting.Limits;
import io.policyengine.policies.ratelimit.RateLimitParams.Algorithm;
import io.policyengine.policies.ratelimit.RateLimitParams.LimitParams;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The limits that parameters write out, in either form.
 *
 * @param whole for all instances together
 * @param shares for each of them by itself
 * @param rate of the short form, in requests a second
 * @param burst of the short form
 */
record WrittenLimits(Limits whole, Limits shares, double rate, int burst) {
    private static final double DEFAULT_RATE = 100;
    private static final int DEFAULT_BURST = 20;
    private static final String DEFAULT_KEY = "identity";
    private static final String NAME_OF_SHORT_FORM = "default";
    private static final long MICROS = 1_000_000;
    private static final long LONGEST_SECONDS = 366L * 86_400;

    /**
     * Reads them.
     *
     * @throws InvalidParamsException with all that is wrong with them
     */
    static WrittenLimits of(RateLimitParams params) {
        Reader reader = new Reader(params);
        WrittenLimits limits = params.limits() == null ? reader.shortForm() : reader.list(params.limits());
        if (!reader.problems.isEmpty()) {
            throw new InvalidParamsException(reader.problems);
        }
        return limits;
    }

    private static final class Reader {
        private final RateLimitParams params;
        private final double rate;
        private final int burst;
        private final List<ParamProblem> problems = new ArrayList<>();

        Reader(RateLimitParams params) {
            this.params = params;
            this.rate = Objects.requireNonNullElse(params.requestsPerSecond(), DEFAULT_RATE);
            this.burst = Objects.requireNonNullElse(params.burst(), DEFAULT_BURST);
            if (params.syncIntervalMs() != null && params.store().equals(Store.LOCAL)) {
                problem("/sync_interval_ms", "is for a store that instances share: name one by 'store'");
            }
        }

        WrittenLimits shortForm() {
            if (params.algorithm() != Algorithm.GCRA) {
                problem("/algorithm", "a window needs 'limits', which say how long it is");
            }
            KeySource key = key(Objects.requireNonNullElse(params.key(), DEFAULT_KEY), "/key");
            Limit.Named limit = new Limit.Named(NAME_OF_SHORT_FORM, key, null, false);
            int share = Math.ceilDiv(burst, params.replicas());
            List<Limit> whole = new ArrayList<>();
            List<Limit> shares = new ArrayList<>();
            try {
                whole.add(limit.bucket(MICROS / rate, burst));
                shares.add(limit.bucket(MICROS / rate * params.replicas(), share));
            } catch (IllegalArgumentException tooLong) {
                problem("/burst", String.valueOf(tooLong.getMessage()));
            }
            return limits(whole, shares);
        }

        WrittenLimits list(List<LimitParams> written) {
            refuse("/requests_per_second", params.requestsPerSecond());
            refuse("/burst", params.burst());
            refuse("/key", params.key());
            if (written.size() > Limits.MOST) {
                problem("/limits", "at most " + Limits.MOST + " limits are checked at once");
            }
            Set<String> names = new HashSet<>();
            List<Limit> whole = new ArrayList<>();
            List<Limit> shares = new ArrayList<>();
            for (int i = 0; i < written.size(); i++) {
                String pointer = "/limits/" + i;
                LimitParams limit = written.get(i);
                if (!names.add(nameOf(limit))) {
                    problem(pointer + "/name", "another limit has this name, or the same 'per' and no name either");
                }
                add(limit, pointer, whole, shares);
            }
            return limits(whole, shares);
        }

        private void add(LimitParams limit, String pointer, List<Limit> whole, List<Limit> shares) {
            Limit.Named named = new Limit.Named(
                    nameOf(limit),
                    key(limit.key(), pointer + "/key"),
                    limit.cost() == null ? null : cost(limit.cost().expression(), pointer + "/cost"),
                    limit.shadow());
            long micros = micros(limit.per());
            if (micros > LONGEST_SECONDS * MICROS) {
                problem(pointer + "/per", "at most 366 days: quota counts for longer");
                return;
            }
            if (limit.burst() != null && params.algorithm() != Algorithm.GCRA) {
                problem(pointer + "/burst", "goes with algorithm gcra: a window lets as many pass as 'requests' says");
                return;
            }
            long share = Math.ceilDiv(limit.requests(), params.replicas());
            long most = Objects.requireNonNullElse(limit.burst(), limit.requests());
            try {
                whole.add(limit(named, micros, limit.requests(), most));
                shares.add(limit(named, micros, share, Math.ceilDiv(most, params.replicas())));
            } catch (IllegalArgumentException tooLong) {
                problem(pointer + "/burst", String.valueOf(tooLong.getMessage()));
            }
        }

        private Limit limit(Limit.Named named, long micros, long requests, long burst) {
            return switch (params.algorithm()) {
                case GCRA -> named.bucket((double) micros / requests, burst);
                case FIXED_WINDOW -> named.fixedWindow(micros, requests);
                case SLIDING_WINDOW -> named.slidingWindow(micros, requests);
            };
        }

        /** Nothing comes of limits with problems, but they are looked at for more. */
        private WrittenLimits limits(List<Limit> whole, List<Limit> shares) {
            return new WrittenLimits(new Limits(whole), new Limits(shares), rate, burst);
        }

        private KeySource key(String text, String pointer) {
            try {
                return KeySource.parse(text, pointer);
            } catch (InvalidParamsException invalid) {
                problems.addAll(invalid.problems());
                return new KeySource.ByAddress();
            }
        }

        private @Nullable Expression<Number> cost(String text, String pointer) {
            try {
                return Limit.cost(text, pointer);
            } catch (InvalidParamsException invalid) {
                problems.addAll(invalid.problems());
                return null;
            }
        }

        private void refuse(String pointer, @Nullable Object value) {
            if (value != null) {
                problem(pointer, "belongs to the short form: with 'limits', each limit has its own");
            }
        }

        private void problem(String pointer, String message) {
            problems.add(new ParamProblem(pointer, message));
        }

        private static String nameOf(LimitParams limit) {
            return Objects.requireNonNullElse(limit.name(), limit.per());
        }

        private static long micros(String per) {
            return switch (per) {
                case "second" -> MICROS;
                case "minute" -> 60 * MICROS;
                case "hour" -> 3600 * MICROS;
                case "day" -> 86_400 * MICROS;
                default -> Long.parseLong(per.substring(0, per.length() - 1)) * MICROS;
            };
        }
    }
}
