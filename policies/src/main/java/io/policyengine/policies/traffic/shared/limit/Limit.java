package io.policyengine.policies.traffic.shared.limit;

import io.policyengine.core.expression.Compiled;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.expression.ExpressionFault;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.policies.shared.clientkey.ClientKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A limit on the number or cost of requests.
 *
 * @param name name in header fields, metadata and messages
 * @param id id of the counts in a store; limits whose counts have different meanings have different ids
 * @param meter the algorithm
 * @param key the key by which requests are counted
 * @param cost cost of a request; null for 1
 * @param shadow true if the limit counts but never denies
 */
public record Limit(
        String name,
        String id,
        UsageMeter meter,
        ClientKey key,
        @Nullable Expression<Number> cost,
        boolean shadow) {

    /** The parts of a limit that do not depend on its algorithm. */
    public record Named(
            String name, ClientKey key, @Nullable Expression<Number> cost, boolean shadow) {
        Limit by(UsageMeter meter, String id) {
            return new Limit(name, name + "/" + id, meter, key, cost, shadow);
        }

        /**
         * Creates a limit by the generic cell rate algorithm.
         *
         * @throws IllegalArgumentException if the bucket needs more than thirty-five years to drain
         */
        public Limit bucket(double microsPerRequest, long burst) {
            return by(Bucket.of(microsPerRequest, burst), "g" + microsPerRequest + "/" + burst);
        }

        /** Creates a limit by fixed windows of this length in microseconds; each begins with a request. */
        public Limit fixedWindow(long micros, long requests) {
            return by(new FixedWindow(micros, requests), "f" + micros + "/" + requests);
        }

        /**
         * Creates a limit by a sliding window of this length in microseconds: in any span of this length, at most this
         * number of requests passes.
         */
        public Limit slidingWindow(long micros, long requests) {
            return by(new SlidingWindow(micros, requests), "w" + micros + "/" + requests);
        }

        /** Creates a limit by calendar windows. If the number of requests is changed, earlier use is still counted. */
        public Limit calendar(Calendar calendar, long requests) {
            return by(new CalendarWindow(calendar, requests), "c" + calendar.id());
        }
    }

    /**
     * Compiles the expression for the cost of a request.
     *
     * @param pointer JSON Pointer to the parameter, for messages
     * @throws InvalidParamsException if the text is not an expression with a number as its value
     */
    public static Expression<Number> cost(String text, String pointer) {
        return switch (Expression.number(text, Phase.REQUEST)) {
            case Compiled.Ok<Number>(Expression<Number> expression) -> expression;
            case Compiled.Invalid<Number>(List<ExpressionFault> faults) ->
                throw new InvalidParamsException(faults.stream()
                        .map(fault -> new ParamProblem(pointer, fault.explain(text)))
                        .toList());
        };
    }

    /** Returns the maximum number of requests of this limit. */
    public long most() {
        return meter.requests();
    }

    /** Returns the cost of a request, as a number of requests: from 0 to one more than the limit can ever admit. */
    public long costOf(RequestContext context) {
        return cost == null ? 1 : Math.min(Costs.whole(cost.evaluate(context)), meter.requests() + 1);
    }

    /** Returns whether a request of this cost can never pass. */
    public boolean neverAdmits(long cost) {
        return !shadow && cost > meter.requests();
    }
}
