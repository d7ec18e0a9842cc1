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
        @Doc("Quotas. A request must satisfy all of them; if one quota denies it, no quota counts it.") @NonEmpty
        List<QuotaLimit> limits,

        @Flat CountingParams counting,

        @Doc("Header fields that state a client's quotas: draft sends RateLimit and RateLimit-Policy; legacy sends the "
                + "three older RateLimit-* fields; none sends no fields.")
        @Default("\"draft\"")
        FieldsForm headers,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {

    @Doc("A quota: the number of requests of a client in a calendar period.")
    record QuotaLimit(
            @Doc(
                    value = "Name of the quota in header fields, metadata and responses. If absent, the value of per.",
                    examples = "\"monthly\"")
            @Nullable
            @Pattern("^[A-Za-z0-9._-]{1,64}$")
            String name,

            @Doc("Number of requests, or their total cost.") @Range(min = 1, max = 1_000_000_000_000L)
            long requests,

            @Doc("Calendar period; weeks begin on Monday.") Calendar.Unit per,

            @Doc(
                    value = "Time zone of the calendar: a name of the IANA database, or an offset.",
                    examples = {"\"Europe/Berlin\"", "\"+05:30\""})
            @Default("\"UTC\"")
            String timeZone,

            @Doc(
                    value = "Key by which requests are counted: identity (of an earlier policy, else the client "
                            + "address), client_ip, header:NAME, or a CEL expression with a string as its "
                            + "value (else the client address).",
                    examples = {"\"client_ip\"", "\"header:X-Tenant\""})
            @Default("\"identity\"")
            String key,

            @Doc(
                    value = "Cost of a request: a number, or a CEL expression with a number as its value; it is "
                            + "rounded up. If absent, 1.",
                    examples = {"5", "\"request.method == \\\"GET\\\" ? 1 : 10\""})
            @Nullable
            CostParam cost,

            @Doc("True to only count: a request that the quota would deny passes, and metadata records this.")
            @Default("false")
            boolean shadow) {}
}
