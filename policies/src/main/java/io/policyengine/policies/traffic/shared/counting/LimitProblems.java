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

    /** Parses a key; if invalid, adds a problem and returns a placeholder. */
    public ClientKey key(String text, String pointer) {
        try {
            return ClientKey.parse(text, pointer);
        } catch (InvalidParamsException invalid) {
            problems.addAll(invalid.problems());
            return new ClientKey.ByAddress();
        }
    }

    /** Parses a cost; if invalid, adds a problem and returns null. */
    public @Nullable Expression<Number> cost(@Nullable CostParam cost, String pointer) {
        try {
            return cost == null ? null : Limit.cost(cost.expression(), pointer);
        } catch (InvalidParamsException invalid) {
            problems.addAll(invalid.problems());
            return null;
        }
    }

    /** Parses a time zone; if invalid, adds a problem and returns a placeholder. */
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

    /** Adds a problem if the name is used already. */
    public void name(String name, String pointer) {
        if (!names.add(name)) {
            add(pointer + "/name", "another limit has the same name; a limit without a name is named by its 'per'");
        }
    }

    /** Adds a problem if there are too many limits. */
    public void number(int limits) {
        if (limits > Limits.MAX) {
            add("/limits", "at most " + Limits.MAX + " limits are checked at once");
        }
    }

    /**
     * Throws if problems were added.
     *
     * @throws InvalidParamsException with all problems
     */
    public void require() {
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
    }
}
