package io.policyengine.admin.view;

import io.policyengine.core.config.EntryMode;
import io.policyengine.core.config.OverrideConfig;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.params.Doc;
import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.history.StoredOverrides;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An override of the modes of chain entries. */
@Doc("An override: a mode for many chain entries at once.")
public record OverrideView(
        @Doc("The kind of the target.") OverrideConfig.Kind kind,

        @Doc("The name of the policy, the route or the worker.")
        String name,

        @Doc("The mode, unless an entry's own mode is stronger.")
        EntryMode mode,

        @Doc("`active`: the override is in force; `over`: it has ended and has no effect.")
        State state,

        @Doc("The reason.") String reason,

        @Doc("End of the override, ISO 8601; if absent, the override stays until it is removed.") @Nullable
        String until,

        @Doc("Location of the override, file:line:column.") String location,

        @Doc("`file`: in the conf directory; `state`: in the state directory, since the conf directory is "
                + "read-only; `memory`: until the kernel stops, since there is no state directory.")
        Storage kept) {
    /** The place where an override is stored. */
    public enum Storage {
        /** The override is stored in the conf directory. */
        FILE,
        /** The override is stored in the state directory. */
        STATE,
        /** The override is kept in memory until the kernel stops. */
        MEMORY
    }

    /** The state of an override: whether it still has an effect. */
    public enum State {
        ACTIVE,
        OVER
    }

    /** The list of all overrides. */
    @Doc("All overrides: those of kernel.yaml, those of overrides.yaml, and those that could not be written "
            + "to the conf directory.")
    public record All(List<OverrideView> overrides) {}

    /** Creates the views of a generation's overrides, in the order of the files. */
    public static List<OverrideView> of(Generation generation) {
        Overrides overrides = generation.modes().overrides();
        List<OverrideConfig> ofFiles = generation.config().overrides();
        Stream<OverrideConfig> kept = Stream.concat(overrides.active().stream(), overrides.over().stream())
                .filter(override -> !ofFiles.contains(override));
        return Stream.concat(ofFiles.stream(), kept)
                .map(override -> of(override, overrides.over().contains(override) ? State.OVER : State.ACTIVE))
                .toList();
    }

    private static Storage storageOf(OverrideConfig override) {
        return switch (override.location().file()) {
            case "kernel.yaml", ConfTexts.OVERRIDES -> Storage.FILE;
            case StoredOverrides.MEMORY -> Storage.MEMORY;
            default -> Storage.STATE;
        };
    }

    static OverrideView of(OverrideConfig override, State state) {
        Instant until = override.until();
        return new OverrideView(
                override.target().kind(),
                override.target().name(),
                override.mode(),
                state,
                override.reason(),
                until == null ? null : until.toString(),
                override.location().toString(),
                storageOf(override));
    }
}
