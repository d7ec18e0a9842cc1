package io.policyengine.core.config.reading;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.config.Priority;
import io.policyengine.core.config.ProcessingMode;
import io.policyengine.core.error.LintCode;
import io.policyengine.core.http.PathFault;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.StringOrList;
import io.policyengine.core.policy.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The content of a file in routes/ as written. */
@Doc("Route policies and shared chains.")
record RoutesText(
        @Doc("Shared chains by name, for entries of the form `{ chain: NAME }` in any file.") @Default("{}")
        Map<String, List<Entry>> chains,

        @Doc("The policies of routes.") @Default("[]") List<Route> routePolicies) {

    /** A route policy: the policies for all routes whose names match it. */
    record Route(
            @Doc("Name of the route. The name is exact, or a prefix if it ends in `*`. `*` alone matches all routes"
                    + " that no other route policy matches.")
            @Nullable
            String routeName,

            @Doc("RE2 pattern for the whole name of the route. It replaces `route_name`.") @Nullable
            String routeNameRegex,

            @Doc("Name of a group of routes. Metrics count the routes of a group together if"
                    + " `observability.metrics.route_label` is `group`. Absent: `ungrouped`.")
            @Nullable
            @Pattern("^[A-Za-z0-9._/-]{1,63}$")
            String group,

            @Doc("Importance of the route when not all exchanges can be served. Under overload, exchanges of lower"
                    + " priority are refused first. Routes of lower priority can use only a part of the exchanges and"
                    + " bytes of `limits`; the rest is for routes of higher priority.")
            @Default("\"normal\"")
            Priority priority,

            @Doc("Processing of the request.") @Default("{}")
            Flow requestFlow,

            @Doc("Processing of the response.") @Default("{}")
            Flow responseFlow,

            @Doc("Spellings of paths that pass on this route although `path_rules: strict` refuses them. See"
                    + " docs/paths.md.")
            @Default("[]")
            List<PathFault> allowInPath,

            @Doc("Cases in which messages intentionally pass this route without the effect of a policy, each with a"
                    + " reason. See docs/who.md.")
            @Default("[]")
            List<Accept> accept,

            @Doc("Codes of docs/lint.md that are not reported on this route.") @Default("[]")
            List<LintCode> lintIgnore) {
        static final ParamsBinder<Route> BINDER = ParamsBinder.of(Route.class);
    }

    /**
     * An item of {@code accept}, as written: a case in which messages intentionally pass without the effect of a
     * policy.
     */
    record Accept(
            @Doc("Circumstances under which requests have no identity: `always`, or one circumstance for each entry"
                    + " concerned, such as `no_credentials jwtValidation`. See docs/who.md.")
            @Nullable
            StringOrList noIdentityWhen,

            @Doc("Circumstances under which a policy that restricts access does not judge the message.") @Nullable
            StringOrList noAccessWhen,

            @Doc("Circumstances under which a limit does not count the request.") @Nullable
            StringOrList noLimitWhen,

            @Doc("Circumstances under which a policy does not judge the content.") @Nullable
            StringOrList noJudgementWhen,

            @Doc("Circumstances under which a policy does not mask the content.") @Nullable
            StringOrList noMaskWhen,

            @Doc("Names of the entries whose effect is missing. Absent: the entries that the circumstances name.")
            @Nullable
            StringOrList entries,

            @Doc("Flow of these entries.") @Default("\"request\"")
            Phase flow,

            @Doc("The current `when` of each entry that `condition_false` names, in the same order. If one of these"
                    + " conditions changes, the item has no effect.")
            @Nullable
            StringOrList condition,

            @Doc("Reason why this is intended.") @NonEmpty String reason) {}

    /** The flow of one direction of a route, as written. */
    record Flow(
            @Doc("Form in which the policies receive the body. `headers_only`: they receive no body. `buffered_body`:"
                    + " they receive the complete body. `streaming`: they receive chunks. `auto`: they receive the body"
                    + " in the form that they need.")
            @Default("\"auto\"")
            ProcessingMode processingMode,

            @Doc("Policies in the order in which they run.") @Default("[]")
            List<Entry> policyChain,

            @Doc("Maximum size in bytes of a body that policies need as a whole. A request with a larger body is"
                    + " answered with 413, and such a response with 502. Absent: the maximum that the workers accept"
                    + " (`resource_limits.max_body_size_bytes`).")
            @Nullable
            @Range(min = 0)
            Long maxBodyBytes,

            @Doc("True if a body that was decoded for a policy is encoded again with its content coding. False: the"
                    + " body is sent decoded.")
            @Default("true")
            boolean reencode) {}

    /** A use of a policy, or of a shared chain, as written. */
    record Entry(
            @Doc("Name of the policy.") @Nullable @NonEmpty String policy,

            @Doc("Name of a shared chain that is inserted at this position. `chain` replaces" + " `policy`.")
            @Nullable
            @NonEmpty
            String chain,

            @Doc("Name of an entry of the request flow with `phases: both`. In a response flow, that entry runs at this"
                    + " position. `entry` replaces `policy`.")
            @Nullable
            @NonEmpty
            String entry,

            @Doc("Parameters of the policy.") @Default("{}") ObjectNode params,

            @Doc("Effect of a failure of the policy. Absent: `deny`, or `continue` if the worker is unavailable and has"
                    + " `fail_open`.")
            @Nullable
            OnFailure onFailure,

            @Doc("Effect if the policy, or the call to its worker, is refused because of overload. `on_failure` and the"
                    + " worker's `fail_open` do not apply in this case, so that a flood of requests cannot disable a"
                    + " policy.")
            @Default("\"deny\"")
            OnFailure onOverload,

            @Doc("CEL condition. The policy runs only if the condition is true. See docs/conditions.md.") @Nullable
            String when,

            @Doc("`enforce`: the policy runs. `shadow`: the policy runs, but its decisions are only counted, see"
                    + " docs/shadow.md. `off`: the policy is validated but does not run.")
            @Default("\"enforce\"")
            Mode mode,

            @Doc("Maximum time for the policy, in milliseconds.") @JsonProperty("timeout_ms") @Nullable @Range(min = 1)
            Duration timeout,

            @Doc("Name of the entry, unique within the flow. Absent: the name of the policy.") @Nullable @NonEmpty
            String name,

            @Doc("`both`: this entry of a request flow also runs in the response flow, with the same name and"
                    + " parameters. Its position is that of `entry: NAME` in the response flow, otherwise the end of"
                    + " that flow. Several entries at the end are in the reverse order of the request flow. Absent: the"
                    + " entry runs only in the request flow.")
            @Nullable
            Phases phases,

            @Doc("True if Envoy selects the route again after this policy has changed the request.") @Default("false")
            boolean reroute,

            @Doc("True if a response policy also runs on denials. Absent: the policy's own default.") @Nullable
            Boolean onDenial,

            @Doc("`pass`: if the content coding of a body cannot be decoded, the policy is skipped and the body passes"
                    + " unchanged. Absent: such a request is answered with 415, and such a response with 502.")
            @Nullable
            OnEncoded onEncoded,

            @Doc("Codes of docs/lint.md that are not reported for this entry.") @Default("[]")
            List<LintCode> lintIgnore) {
        static final ParamsBinder<Entry> BINDER = ParamsBinder.of(Entry.class);

        /** Omits the parameters, which may hold secrets. */
        @Override
        public String toString() {
            return "Entry[" + (policy != null ? policy : chain != null ? chain : entry) + "]";
        }
    }

    enum Mode {
        ENFORCE,
        SHADOW,
        OFF
    }

    /** The flows in which an entry of a request flow runs, if it runs not only in the request flow. */
    enum Phases {
        BOTH
    }

    /** The treatment of a body whose content coding cannot be decoded. */
    enum OnEncoded {
        PASS
    }
}
