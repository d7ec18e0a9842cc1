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

@Doc("Limits the cost of a client's use of models. The cost is reserved on the request, and corrected by the usage "
        + "that the response reports.")
record CostLimitParams(
        @Doc("Limits. A request must satisfy all of them; if one limit denies it, no limit counts it.") @NonEmpty
        List<CostLimit> limits,

        @Doc(
                value = "Prices by model, regardless of letter case. * in a name matches any characters; * alone gives "
                        + "the price of all other models.",
                examples = "{\"gpt-5*\": {\"input\": 1.25, \"cached\": 0.125, \"output\": 10}}")
        @Default("{}")
        Map<String, Price> prices,

        @Doc(
                value = "File with further prices, in the form of the parameter prices, relative to the conf "
                        + "directory. Prices in the parameters override those of the file. It is read again "
                        + "when it changes.",
                examples = "\"prices.yaml\"")
        @Nullable
        @NonEmpty
        String pricesFile,

        @Doc("Share of a limit, from 0 to 1. Once this share is used, the field X-Budget-Warning and metadata name the "
                + "limit.")
        @Default("0.8")
        @Range(min = 0, max = 1)
        double warnAt,

        @Flat BudgetParams budget,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {

    @Doc("Calendar period.")
    enum Per {
        DAY,
        MONTH
    }

    @Doc("A limit: the cost that a client may cause in a calendar period.")
    record CostLimit(
            @Doc(
                    value = "Name of the limit in metadata and messages. If absent, the value of per.",
                    examples = "\"monthly\"")
            @Nullable
            @Pattern("^[A-Za-z0-9._-]{1,64}$")
            String name,

            @Doc("Maximum cost, in the currency of the prices, with at most nine decimals.")
            @Range(min = 0.000001, max = 1_000_000)
            double amount,

            @Doc("Calendar period.") Per per,

            @Doc(
                    value = "Time zone of the calendar: a name of the IANA database, or an offset.",
                    examples = {"\"Europe/Berlin\"", "\"+05:30\""})
            @Default("\"UTC\"")
            String timeZone,

            @Doc(
                    value = "Key by which use is counted: identity (of an earlier policy, else the client address), "
                            + "client_ip, header:NAME, or a CEL expression with a string as its value (else "
                            + "the client address).",
                    examples = {"\"client_ip\"", "\"header:X-Tenant\""})
            @Default("\"identity\"")
            String key,

            @Doc("True to only count: a request that the limit would deny passes, and metadata records this.")
            @Default("false")
            boolean shadow) {}
}
