package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.core.expression.Expression;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.policies.shared.clientkey.ClientKey;
import io.policyengine.policies.traffic.shared.limit.Limit;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects the problems of parameters with limits. */
public final class LimitProblems {
    private final List<ParamProblem> problems = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    public void add(String pointer, String message) {
        problems.add(new ParamProblem(pointer, message));
    }

    /** Parses the key of a limit; if it is invalid, adds a problem and returns a placeholder. */
    public ClientKey key(String text, String pointer) {
        try {
            return ClientKey.parse(text, pointer);
        } catch (InvalidParamsException invalid) {
            problems.addAll(invalid.problems());
            return new ClientKey.ByAddress();
        }
    }

    /** Parses the cost of a request; if it is invalid, adds a problem and returns null. */
    public @Nullable Expression<Number> cost(@Nullable CostParam cost, String pointer) {
        try {
            return cost == null ? null : Limit.cost(cost.expression(), pointer);
        } catch (InvalidParamsException invalid) {
            problems.addAll(invalid.problems());
            return null;
        }
    }

    /** Parses a time zone; if it is invalid, adds a problem and returns a placeholder. */
    public ZoneId zone(String name, String pointer) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException unknown) {
            add(
                    pointer,
                    "expected a time zone of the IANA database, such as Europe/Berlin, or an offset such as +05:30");
            return ZoneOffset.UTC;
        }
    }

    /** Adds a problem if another limit already has this name. */
    public void name(String name, String pointer) {
        if (!names.add(name)) {
            add(
                    pointer + "/name",
                    "another limit has the same name: give each a different 'name'; by default, the "
                            + "name is the value of 'per'");
        }
    }

    /** Adds a problem if there are too many limits. */
    public void number(int limits) {
        if (limits > Limits.MAX) {
            add("/limits", "at most " + Limits.MAX + " limits are permitted");
        }
    }

    /**
     * Throws an exception if problems were added.
     *
     * @throws InvalidParamsException with all problems
     */
    public void require() {
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
    }
}
