package io.policyengine.policies.ai.tokenbasedratelimit;

import io.policyengine.policies.ai.shared.modelapi.FactsSource;
import io.policyengine.policies.ai.tokenbasedratelimit.TokenBasedRateLimitParams.TokenLimit;
import io.policyengine.policies.traffic.shared.counting.LimitProblems;
import io.policyengine.policies.traffic.shared.counting.Limits;
import io.policyengine.policies.traffic.shared.counting.Span;
import io.policyengine.policies.traffic.shared.limit.Limit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The compiled limits of {@code tokenBasedRateLimit}.
 *
 * @param whole limits for all instances together
 * @param shares limits of each instance alone
 */
record WrittenTokenLimits(Limits whole, Limits shares) {
    /** Compiles the parameters, and reports all their problems at once. */
    static WrittenTokenLimits of(TokenBasedRateLimitParams params) {
        LimitProblems findings = new LimitProblems();
        findings.number(params.limits().size());
        params.budget().needs().check(findings);
        if (!params.responseHeaders() && (params.budget().facts() != FactsSource.ENVOY || params.headers())) {
            findings.add("/response_headers", "false is permitted only with facts: envoy and headers: false");
        }
        List<Limit> whole = new ArrayList<>();
        List<Limit> shares = new ArrayList<>();
        for (int i = 0; i < params.limits().size(); i++) {
            TokenLimit limit = params.limits().get(i);
            String pointer = "/limits/" + i;
            String name = Objects.requireNonNullElse(limit.name(), limit.per());
            findings.name(name, pointer);
            Limit.Named named =
                    new Limit.Named(name, findings.key(limit.key(), pointer + "/key"), null, limit.shadow());
            long micros = Span.micros(limit.per());
            if (micros > Span.LONGEST) {
                findings.add(pointer + "/per", "at most 366 days");
                continue;
            }
            long share = params.budget().counting().share(limit.tokens());
            whole.add(params.algorithm().limit(named, micros, limit.tokens(), limit.tokens()));
            shares.add(params.algorithm().limit(named, micros, share, share));
        }
        findings.require();
        return new WrittenTokenLimits(new Limits(whole), new Limits(shares));
    }
}
