package io.policyengine.core.config.reading;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.ParamsBinder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The content of overrides.yaml as written; kernel.yaml may hold the same list. */
@Doc("The emergency switch.")
record OverridesText(
        @Doc("The emergency switch: policies, routes and workers whose entries are `off` or in `shadow` mode in all"
                + " chains. See docs/overrides.md.")
        @Default("[]")
        List<Item> overrides) {

    record Item(
            @Doc("Name of a policy, in all chains.") @Nullable @NonEmpty
            String policy,

            @Doc("`route_name` or `route_name_regex` of a route policy, as written. The override applies to all entries"
                    + " of the route policy. `route` replaces `policy`.")
            @Nullable
            @NonEmpty
            String route,

            @Doc("Name of a worker. The override applies to all its policies. `worker` replaces" + " `policy`.")
            @Nullable
            @NonEmpty
            String worker,

            @Doc("`off`: the entries do not run. `shadow`: the entries run, but their decisions are only counted.")
            Mode mode,

            @Doc("Reason, shown in the log.") @NonEmpty String reason,

            @Doc(
                    value = "Time at which the override expires, in the format of RFC 3339. Absent: it stays in "
                            + "force until it is removed.",
                    examples = "\"2027-01-31T12:00:00Z\"")
            @Nullable
            String until) {
        static final ParamsBinder<Item> BINDER = ParamsBinder.of(Item.class);
    }

    enum Mode {
        SHADOW,
        OFF
    }
}
