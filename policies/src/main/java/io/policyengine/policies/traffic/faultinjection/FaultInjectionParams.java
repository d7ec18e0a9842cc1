package io.policyengine.policies.traffic.faultinjection;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Range;
import io.policyengine.policies.shared.denial.DenialFormat;
import org.jspecify.annotations.Nullable;

@Doc("Delays or refuses a share of the requests. Workers accept it only if worker_core.allow_faults is true.")
record FaultInjectionParams(
        @Doc("Delay of a request, in milliseconds; it must be less than the entry's time-out. With abort, the delay "
                + "comes first. 0 for no delay.")
        @Default("0")
        @Range(min = 0, max = 600_000)
        int delayMs,

        @Doc(
                value = "Response to send instead of the upstream's. If absent, the request goes to the upstream.",
                examples = "{\"status\": 503}")
        @Nullable
        Abort abort,

        @Doc("Share of the requests that are affected, in percent. May be a fraction.")
        @Default("100")
        @Range(min = 0, max = 100)
        double percent,

        @Doc(
                value = "Condition in CEL that a request must meet to be affected. If absent, any request may be "
                        + "affected.",
                examples = "\"request.headers[?'x-chaos'].orValue('') == 'yes'\"")
        @Nullable
        String when,

        @Doc("Maximum number of requests that are delayed at the same time; further requests are not delayed.")
        @Default("1000")
        @Range(min = 1, max = 100_000)
        int maxActiveFaults,

        @Doc("Form of the body of a refusal.") @Default("\"json\"")
        DenialFormat denialFormat) {

    @Doc("A response to send instead of the upstream's.")
    record Abort(
            @Doc("Status of the response.") @Range(min = 400, max = 599)
            int status) {}
}
