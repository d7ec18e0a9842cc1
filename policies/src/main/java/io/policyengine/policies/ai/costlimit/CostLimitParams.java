package io.policyengine.policies.ai.costlimit;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Flat;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Range;
import io.policyengine.policies.ai.shared.budget.BudgetParams;
import io.policyengine.policies.shared.denial.DenialFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

@Doc("Limits the cost of the models that a client uses: it is reserved on the request, and settled by the "
        + "usage that the answer reports.")
record CostLimitParams(
        @Doc("Limits, all of which a request must satisfy; a request that one limit denies is counted by none.")
        @NonEmpty
        List<CostLimit> limits,

        @Doc(
                value =
                        "Prices by model, regardless of letter case; * in a name stands for any characters, and * alone is the price of all others.",
                examples = "{\"gpt-5*\": {\"input\": 1.25, \"cached\": 0.125, \"output\": 10}}")
        @Default("{}")
        Map<String, Price> prices,

        @Doc(
                value =
                        "File with more prices: a map as under prices, which override those of the file. Read again when it changes. Relative to the conf directory.",
                examples = "\"prices.yaml\"")
        @Nullable
        @NonEmpty
        String pricesFile,

        @Doc("Share of a limit from which the field X-Budget-Warning and metadata report its use.")
        @Default("0.8")
        @Range(min = 0, max = 1)
        double warnAt,

        @Flat BudgetParams budget,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {

    @Doc("Window of the calendar.")
    enum Per {
        DAY,
        MONTH
    }

    @Doc("A limit: the cost that a client may cause in a window of the calendar.")
    record CostLimit(
            @Doc(value = "Name in metadata and messages. Absent: the value of per.", examples = "\"monthly\"")
            @Nullable
            @Pattern("^[A-Za-z0-9._-]{1,64}$")
            String name,

            @Doc("Amount, in units of the currency of the prices, to a billionth.")
            @Range(min = 0.000001, max = 1_000_000)
            double amount,

            @Doc("Window of the calendar.") Per per,

            @Doc(
                    value = "Time zone of the calendar: a name of the IANA database, or an offset.",
                    examples = {"\"Europe/Berlin\"", "\"+05:30\""})
            @Default("\"UTC\"")
            String timeZone,

            @Doc(
                    value =
                            "Key by which use is counted: identity (of an earlier policy, else the client address), client_ip, header:NAME, or a CEL expression that gives a string (else the client address).",
                    examples = {"\"client_ip\"", "\"header:X-Tenant\""})
            @Default("\"identity\"")
            String key,

            @Doc("True if the limit only counts: a request that it would have denied passes, and metadata says so.")
            @Default("false")
            boolean shadow) {}
}
