package io.policyengine.policies.ai.costlimit;

import io.policyengine.policies.ai.costlimit.CostLimitParams.CostLimit;
import io.policyengine.policies.traffic.shared.counting.LimitProblems;
import io.policyengine.policies.traffic.shared.counting.Limits;
import io.policyengine.policies.traffic.shared.limit.Calendar;
import io.policyengine.policies.traffic.shared.limit.Limit;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The compiled limits of {@code costLimit}, in billionths of the currency.
 *
 * @param whole limits for all instances together
 * @param shares limits of each instance alone
 */
record WrittenCostLimits(Limits whole, Limits shares) {
    /** Number of decimals of a limit's amount that are used. */
    private static final int DECIMALS = 9;

    /** Compiles the parameters, and reports all their problems at once. */
    static WrittenCostLimits of(CostLimitParams params) {
        LimitProblems findings = new LimitProblems();
        findings.number(params.limits().size());
        params.budget().needs().check(findings);
        if (params.prices().isEmpty() && params.pricesFile() == null) {
            findings.add("/prices", "no model has a price: write prices, or a prices_file");
        }
        List<Limit> whole = new ArrayList<>();
        List<Limit> shares = new ArrayList<>();
        for (int i = 0; i < params.limits().size(); i++) {
            CostLimit limit = params.limits().get(i);
            String pointer = "/limits/" + i;
            String name =
                    Objects.requireNonNullElse(limit.name(), limit.per().name().toLowerCase(Locale.ROOT));
            findings.name(name, pointer);
            Limit.Named named =
                    new Limit.Named(name, findings.key(limit.key(), pointer + "/key"), null, limit.shadow());
            Calendar calendar = new Calendar(
                    switch (limit.per()) {
                        case DAY -> Calendar.Unit.DAY;
                        case MONTH -> Calendar.Unit.MONTH;
                    },
                    findings.zone(limit.timeZone(), pointer + "/time_zone"));
            long nanos = nanos(limit.amount());
            whole.add(named.calendar(calendar, nanos));
            shares.add(named.calendar(calendar, params.budget().counting().share(nanos)));
        }
        findings.require();
        return new WrittenCostLimits(new Limits(whole), new Limits(shares));
    }

    private static long nanos(double amount) {
        return BigDecimal.valueOf(amount)
                .movePointRight(DECIMALS)
                .setScale(0, RoundingMode.FLOOR)
                .longValueExact();
    }
}
