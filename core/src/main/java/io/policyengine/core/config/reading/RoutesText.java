package io.policyengine.core.config.reading;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.config.ProcessingMode;
import io.policyengine.core.error.LintCode;
import io.policyengine.core.http.PathFault;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.params.Range;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A file in routes/ as it is written. */
@Doc("Route policies and shared chains.")
record RoutesText(
        @Doc("Shared chains by name, for entries of the form `{ chain: NAME }` in any file.") @Default("{}")
        Map<String, List<Entry>> chains,

        @Doc("The policies of routes.") @Default("[]") List<Route> routePolicies) {

    /** The policies of the routes that match. */
    record Route(
            @Doc("Route name, exact; a prefix if it ends in `*`; `*` alone is for all routes that nothing else is for.")
            @Nullable
            String routeName,

            @Doc("RE2 pattern for the whole route name, instead of `route_name`.") @Nullable
            String routeNameRegex,

            @Doc("What runs on the request.") @Default("{}") Flow requestFlow,

            @Doc("What runs on the response.") @Default("{}")
            Flow responseFlow,

            @Doc(
                    "What `path_rules: strict` would refuse and is let pass on this route, such as `encoded_slash`. See docs/paths.md.")
            @Default("[]")
            List<PathFault> allowInPath,

            @Doc("Codes of docs/lint.md that are not to be pointed out on this route.") @Default("[]")
            List<LintCode> lintIgnore) {
        static final ParamsBinder<Route> BINDER = ParamsBinder.of(Route.class);
    }

    /** One direction. */
    record Flow(
            @Doc("What the policies see of the body: `headers_only`, `buffered_body`, `streaming`, or what they need.")
            @Default("\"auto\"")
            ProcessingMode processingMode,

            @Doc("Policies in the order in which they run.") @Default("[]")
            List<Entry> policyChain,

            @Doc("Most bytes of a body that policies get whole; beyond it, 413 for a request and 502 for a response."
                    + " Absent: what the workers accept (`resource_limits.max_body_size_bytes`).")
            @Nullable
            @Range(min = 0)
            Long maxBodyBytes,

            @Doc(
                    "Whether a body whose content coding was opened for a policy goes on in that coding; `false`: it goes on"
                            + " as identity.")
            @Default("true")
            boolean reencode) {}

    /** One use of a policy, or of a shared chain. */
    record Entry(
            @Doc("Name of the policy.") @Nullable @NonEmpty String policy,

            @Doc("Name of a shared chain that takes this place, instead of `policy`.") @Nullable @NonEmpty
            String chain,

            @Doc("Parameters of the policy.") @Default("{}") ObjectNode params,

            @Doc("What happens when the policy fails; absent: deny, or as the worker's `fail_open` says.") @Nullable
            OnFailure onFailure,

            @Doc(
                    "What happens when the policy, or the worker's call, is refused for want of room; neither `on_failure` nor the worker's"
                            + " `fail_open` acts then, so that a flood switches no policy off.")
            @Default("\"deny\"")
            OnFailure onOverload,

            @Doc("CEL condition: where it is false, the policy does not run. See docs/conditions.md.") @Nullable
            String when,

            @Doc(
                    "`shadow`: runs, and what it would have done is only counted, see docs/shadow.md. `off`: validated but not run.")
            @Default("\"enforce\"")
            Mode mode,

            @Doc("Most time for the policy in milliseconds.") @JsonProperty("timeout_ms") @Nullable @Range(min = 1)
            Duration timeout,

            @Doc("Name of the entry, unique within the flow; absent: that of the policy.") @Nullable @NonEmpty
            String name,

            @Doc("Whether Envoy chooses the route again after this policy changed what routes depend on.")
            @Default("false")
            boolean reroute,

            @Doc("Whether a response policy is applied to denials; absent: as the policy declares.") @Nullable
            Boolean onDenial,

            @Doc(
                    "`pass`: a body whose content coding cannot be opened passes this policy by; absent: 415 for a request, 502"
                            + " for a response.")
            @Nullable
            OnEncoded onEncoded,

            @Doc("Codes of docs/lint.md that are not to be pointed out here.") @Default("[]")
            List<LintCode> lintIgnore) {
        static final ParamsBinder<Entry> BINDER = ParamsBinder.of(Entry.class);

        /** The parameters may hold secrets. */
        @Override
        public String toString() {
            return "Entry[" + (policy == null ? chain : policy) + "]";
        }
    }

    /** Whether an entry takes part. */
    enum Mode {
        ENFORCE,
        SHADOW,
        OFF
    }

    /** What happens to a body whose encoding cannot be opened. */
    enum OnEncoded {
        PASS
    }
}
