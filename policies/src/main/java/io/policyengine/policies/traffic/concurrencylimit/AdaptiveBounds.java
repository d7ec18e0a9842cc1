package io.policyengine.policies.traffic.concurrencylimit;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.InvalidParamsException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a concurrency limit that adapts to latency.
 *
 * @param tolerance factor by which latency may exceed the latency without a queue before the limit shrinks
 */
record AdaptiveBounds(int min, int max, int initial, double tolerance, Duration window) {
    private static final int USUAL_INITIAL = 20;

    /**
     * Returns the adaptive limit's parameters; null if the limit is fixed.
     *
     * @throws InvalidParamsException with all problems
     */
    static @Nullable AdaptiveBounds of(ConcurrencyLimitParams params) {
        ConcurrencyLimitParams.Adaptive adaptive = params.adaptive();
        Integer fixed = params.max();
        if (adaptive == null) {
            if (fixed == null) {
                throw new InvalidParamsException("", "a limit is missing: give max or adaptive");
            }
            return null;
        }
        Integer highest = adaptive.max() == null ? fixed : adaptive.max();
        if (highest == null) {
            throw new InvalidParamsException("/adaptive", "max is missing: give it in adaptive or in the policy");
        }
        int max = fixed == null ? highest : Math.min(fixed, highest);
        List<ParamProblem> problems = new ArrayList<>();
        if (adaptive.min() > max) {
            problems.add(new ParamProblem("/adaptive/min", "the value is greater than max, which is " + max));
        }
        Integer initial = adaptive.initial();
        if (initial != null && (initial < adaptive.min() || initial > max)) {
            problems.add(new ParamProblem("/adaptive/initial", "the value must be between min and max"));
        }
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        return new AdaptiveBounds(
                adaptive.min(),
                max,
                initial == null ? Math.clamp(USUAL_INITIAL, adaptive.min(), max) : initial,
                adaptive.tolerance(),
                Duration.ofMillis(adaptive.windowMs()));
    }
}
