package io.policyengine.kernel.admin.view;

import io.policyengine.core.config.EntryMode;
import io.policyengine.core.config.OverrideConfig;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.params.Doc;
import io.policyengine.kernel.generation.Generation;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An override. */
@Doc("An override: a mode for many chain entries at once.")
public record OverrideView(
        @Doc("What is switched.") OverrideConfig.Kind kind,

        @Doc("The name of the policy, the route or the worker.")
        String name,

        @Doc("The mode, where entries have no stronger one.")
        EntryMode mode,

        @Doc("`active`: it is in force; `over`: its time is over, and it has no effect.")
        State state,

        @Doc("Why.") String reason,

        @Doc("When it ends, ISO 8601; absent: when it is removed.") @Nullable
        String until,

        @Doc("Where it is written: file:line:column.") String location) {
    /** Whether it has an effect. */
    public enum State {
        /** It has. */
        ACTIVE,
        /** Not any more. */
        OVER
    }

    /** All overrides. */
    @Doc("All overrides, kernel.yaml's first.")
    public record All(List<OverrideView> overrides) {}

    /** The views of a generation's, in the order of the files. */
    public static List<OverrideView> of(Generation generation) {
        Overrides overrides = generation.modes().overrides();
        return generation.config().overrides().stream()
                .map(override -> of(override, overrides.over().contains(override) ? State.OVER : State.ACTIVE))
                .toList();
    }

    /** The view of one in this state. */
    static OverrideView of(OverrideConfig override, State state) {
        Instant until = override.until();
        return new OverrideView(
                override.target().kind(),
                override.target().name(),
                override.mode(),
                state,
                override.reason(),
                until == null ? null : until.toString(),
                override.location().toString());
    }
}
