package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetResponseHeader;
import io.policyengine.policies.traffic.shared.limit.Limit;
import io.policyengine.policies.traffic.shared.limit.UsageMeter;
import java.util.ArrayList;
import java.util.List;

/**
 * The header fields that state a client's limits, by draft-ietf-httpapi-ratelimit-headers-10 or its version 06. Limits
 * that never deny are omitted.
 */
final class LimitFields {
    private static final String POLICY = "ratelimit-policy";
    private static final String STATE = "ratelimit";
    private static final String LIMIT = "ratelimit-limit";
    private static final String REMAINING = "ratelimit-remaining";
    private static final String RESET = "ratelimit-reset";

    private final Limits limits;
    private final FieldsForm form;
    private final List<Integer> told;
    private final SetResponseHeader policy;
    private final List<String> states;

    LimitFields(Limits limits, FieldsForm form) {
        this.limits = limits;
        this.told = new ArrayList<>();
        List<String> policies = new ArrayList<>();
        this.states = new ArrayList<>();
        for (int i = 0; i < limits.size(); i++) {
            Limit limit = limits.get(i);
            states.add('"' + limit.name() + "\";r=");
            if (!limit.shadow()) {
                told.add(i);
                UsageMeter meter = limit.meter();
                policies.add('"' + limit.name() + "\";q=" + meter.requests() + ";w=" + meter.windowSeconds());
            }
        }
        this.form = told.isEmpty() ? FieldsForm.NONE : form;
        this.policy = new SetResponseHeader(POLICY, String.join(", ", policies));
    }

    /** Adds the limit fields to the response to a request that passed. */
    void tell(Tally tally, List<RequestInstruction> instructions) {
        switch (form) {
            case NONE -> {}
            case DRAFT -> {
                instructions.add(policy);
                instructions.add(new SetResponseHeader(STATE, state(tally, -1, 0)));
            }
            case LEGACY -> {
                int least = least(tally);
                instructions.add(new SetResponseHeader(LIMIT, limitOf(least)));
                instructions.add(new SetResponseHeader(REMAINING, Long.toString(limits.remaining(least, tally))));
                instructions.add(new SetResponseHeader(RESET, Long.toString(limits.secondsUntilFull(least, tally))));
            }
        }
    }

    /**
     * Returns a denial with the limit fields. {@code seconds} is the reset time of the denying limit, as in
     * Retry-After.
     */
    ImmediateResponse tell(Tally tally, ImmediateResponse denial, int denying, long seconds) {
        return switch (form) {
            case NONE -> denial;
            case DRAFT -> denial.withHeader(POLICY, policy.value()).withHeader(STATE, state(tally, denying, seconds));
            case LEGACY ->
                denial.withHeader(LIMIT, limitOf(denying))
                        .withHeader(REMAINING, Long.toString(limits.remaining(denying, tally)))
                        .withHeader(RESET, Long.toString(seconds));
        };
    }

    private String limitOf(int limit) {
        return Long.toString(limits.get(limit).meter().requests());
    }

    private String state(Tally tally, int denying, long seconds) {
        StringBuilder text = new StringBuilder(32 * told.size());
        for (int i : told) {
            if (!text.isEmpty()) {
                text.append(", ");
            }
            text.append(states.get(i))
                    .append(limits.remaining(i, tally))
                    .append(";t=")
                    .append(i == denying ? seconds : limits.secondsUntilFull(i, tally));
        }
        return text.toString();
    }

    private int least(Tally tally) {
        int least = told.getFirst();
        for (int i : told) {
            if (limits.remaining(i, tally) < limits.remaining(least, tally)) {
                least = i;
            }
        }
        return least;
    }
}
