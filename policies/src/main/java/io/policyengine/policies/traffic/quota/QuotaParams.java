package io.policyengine.policies.traffic.quota;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Flat;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Range;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.policyengine.policies.traffic.shared.counting.CostParam;
import io.policyengine.policies.traffic.shared.counting.CountingParams;
import io.policyengine.policies.traffic.shared.counting.FieldsForm;
import io.policyengine.policies.traffic.shared.limit.Calendar;
import java.util.List;
import org.jspecify.annotations.Nullable;

@Doc("Limits how much a client may use in an hour, day, week or month of the calendar.")
record QuotaParams(
        @Doc("Quotas, all of which a request must satisfy; a request that one quota denies is counted by none.")
        @NonEmpty
        List<QuotaLimit> limits,

        @Flat CountingParams counting,

        @Doc("Fields with a client's quotas: draft is RateLimit and RateLimit-Policy, legacy the "
                + "three older ones; with none, no fields are sent.")
        @Default("\"draft\"")
        FieldsForm headers,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {

    @Doc("A quota: a number of requests of a client in a window of the calendar.")
    record QuotaLimit(
            @Doc(
                    value = "Name in header fields, metadata and answers. Absent: the value of per.",
                    examples = "\"monthly\"")
            @Nullable
            @Pattern("^[A-Za-z0-9._-]{1,64}$")
            String name,

            @Doc("Number of requests, or their total cost.") @Range(min = 1, max = 1_000_000_000_000L)
            long requests,

            @Doc("Window of the calendar; weeks begin on Monday.")
            Calendar.Unit per,

            @Doc(
                    value = "Time zone of the calendar: a name of the IANA database, or an offset.",
                    examples = {"\"Europe/Berlin\"", "\"+05:30\""})
            @Default("\"UTC\"")
            String timeZone,

            @Doc(
                    value =
                            "Key by which requests are counted: identity (of an earlier policy, else the client address), client_ip, header:NAME, or a CEL expression that gives a string (else the client address).",
                    examples = {"\"client_ip\"", "\"header:X-Tenant\""})
            @Default("\"identity\"")
            String key,

            @Doc(
                    value =
                            "Cost of a request: a number, or an expression in CEL that gives one; it is rounded up. Absent: 1.",
                    examples = {"5", "\"request.method == \\\"GET\\\" ? 1 : 10\""})
            @Nullable
            CostParam cost,

            @Doc("True if the quota only counts: a request that it would have denied passes, and metadata says so.")
            @Default("false")
            boolean shadow) {}
}
