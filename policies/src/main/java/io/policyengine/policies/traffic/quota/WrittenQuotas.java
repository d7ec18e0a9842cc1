package io.policyengine.policies.traffic.quota;

import io.policyengine.policies.traffic.quota.QuotaParams.QuotaLimit;
import io.policyengine.policies.traffic.shared.counting.LimitProblems;
import io.policyengine.policies.traffic.shared.counting.Limits;
import io.policyengine.policies.traffic.shared.limit.Calendar;
import io.policyengine.policies.traffic.shared.limit.Limit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The compiled quotas.
 *
 * @param whole quotas for all instances together
 * @param shares quotas of each instance alone
 */
record WrittenQuotas(Limits whole, Limits shares) {
    /**
     * Compiles the parameters of {@code quota}.
     *
     * @throws io.policyengine.core.policy.InvalidParamsException with all problems
     */
    static WrittenQuotas of(QuotaParams params) {
        LimitProblems findings = new LimitProblems();
        findings.number(params.limits().size());
        List<Limit> whole = new ArrayList<>();
        List<Limit> shares = new ArrayList<>();
        for (int i = 0; i < params.limits().size(); i++) {
            String pointer = "/limits/" + i;
            QuotaLimit quota = params.limits().get(i);
            Limit.Named named = named(quota, pointer, findings);
            Calendar calendar = new Calendar(quota.per(), findings.zone(quota.timeZone(), pointer + "/time_zone"));
            whole.add(named.calendar(calendar, quota.requests()));
            shares.add(named.calendar(calendar, params.counting().share(quota.requests())));
        }
        findings.require();
        return new WrittenQuotas(new Limits(whole), new Limits(shares));
    }

    private static Limit.Named named(QuotaLimit quota, String pointer, LimitProblems findings) {
        String name =
                Objects.requireNonNullElse(quota.name(), quota.per().name().toLowerCase(Locale.ROOT));
        findings.name(name, pointer);
        return new Limit.Named(
                name,
                findings.key(quota.key(), pointer + "/key"),
                findings.cost(quota.cost(), pointer + "/cost"),
                quota.shadow());
    }
}
