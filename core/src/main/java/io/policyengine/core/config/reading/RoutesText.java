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

    /** The policies of the matching routes. */
    record Route(
            @Doc("Name of the route: exact, or a prefix if it ends in `*`; `*` alone is for all routes that nothing "
                    + "else matches.")
            @Nullable
            String routeName,

            @Doc("RE2 pattern for the whole route name, instead of `route_name`.") @Nullable
            String routeNameRegex,

            @Doc("Name under which the metrics count this route together with others, where "
                    + "`observability.metrics.route_label` is `group`; absent: `ungrouped`.")
            @Nullable
            @Pattern("^[A-Za-z0-9._/-]{1,63}$")
            String group,

            @Doc("Importance where not all exchanges can be served: `critical`, `high`, `normal` or `low`. Where the "
                    + "engine is overloaded, lower ones are refused first, and they leave places and bytes of `limits` "
                    + "to the higher ones that routes have.")
            @Default("\"normal\"")
            Priority priority,

            @Doc("Processing of the request.") @Default("{}")
            Flow requestFlow,

            @Doc("Processing of the response.") @Default("{}")
            Flow responseFlow,

            @Doc("Spellings that pass on this route although `path_rules: strict` refuses them, such as "
                    + "`encoded_slash`. See docs/paths.md.")
            @Default("[]")
            List<PathFault> allowInPath,

            @Doc("Codes of docs/lint.md that are not reported on this route.") @Default("[]")
            List<LintCode> lintIgnore) {
        static final ParamsBinder<Route> BINDER = ParamsBinder.of(Route.class);
    }

    /** A direction as written. */
    record Flow(
            @Doc("Form in which the policies get the body: `headers_only` (not at all), `buffered_body` (whole), "
                    + "`streaming` (in chunks), or `auto` (as they need it).")
            @Default("\"auto\"")
            ProcessingMode processingMode,

            @Doc("Policies in the order in which they run.") @Default("[]")
            List<Entry> policyChain,

            @Doc(
                    "Maximum size in bytes of a body that policies get whole; beyond it, a request is answered with 413 "
                            + "and a response with 502. Absent: what the workers accept (`resource_limits.max_body_size_bytes`).")
            @Nullable
            @Range(min = 0)
            Long maxBodyBytes,

            @Doc("True if a body whose content coding was undone for a policy goes on in that coding; otherwise it "
                    + "goes on without.")
            @Default("true")
            boolean reencode) {}

    /** A use of a policy, or of a shared chain, as written. */
    record Entry(
            @Doc("Name of the policy.") @Nullable @NonEmpty String policy,

            @Doc("Name of a shared chain that is inserted here, instead of `policy`.") @Nullable @NonEmpty
            String chain,

            @Doc("Parameters of the policy.") @Default("{}") ObjectNode params,

            @Doc("Reaction to a failure of the policy; absent: deny, or as the worker's `fail_open` says.") @Nullable
            OnFailure onFailure,

            @Doc("Reaction to overload, when the policy or the worker's call is refused for lack of room; neither "
                    + "`on_failure` nor the worker's `fail_open` applies then, so that a flood switches no policy off.")
            @Default("\"deny\"")
            OnFailure onOverload,

            @Doc("CEL condition: if it is false, the policy does not run. See docs/conditions.md.") @Nullable
            String when,

            @Doc("`enforce`: the policy runs; `shadow`: it runs, and what it would have done is only counted, see "
                    + "docs/shadow.md; `off`: it is validated but does not run.")
            @Default("\"enforce\"")
            Mode mode,

            @Doc("Maximum time for the policy, in milliseconds.") @JsonProperty("timeout_ms") @Nullable @Range(min = 1)
            Duration timeout,

            @Doc("Name of the entry, unique within the flow; absent: that of the policy.") @Nullable @NonEmpty
            String name,

            @Doc("True if Envoy chooses the route again after this policy has changed what routes depend on.")
            @Default("false")
            boolean reroute,

            @Doc("True if a response policy is applied to denials; absent: as the policy declares.") @Nullable
            Boolean onDenial,

            @Doc("`pass`: a body whose content coding cannot be undone is not shown to this policy and goes on; "
                    + "absent: 415 for a request, 502 for a response.")
            @Nullable
            OnEncoded onEncoded,

            @Doc("Codes of docs/lint.md that are not reported here.") @Default("[]")
            List<LintCode> lintIgnore) {
        static final ParamsBinder<Entry> BINDER = ParamsBinder.of(Entry.class);

        /** Omits the parameters, which may hold secrets. */
        @Override
        public String toString() {
            return "Entry[" + (policy == null ? chain : policy) + "]";
        }
    }

    enum Mode {
        ENFORCE,
        SHADOW,
        OFF
    }

    /** The treatment of a body whose content coding cannot be decoded. */
    enum OnEncoded {
        PASS
    }
}
