package io.policyengine.policies.ai.shared.budget;

import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetResponseHeader;
import io.policyengine.policies.traffic.shared.counting.Reserves.Reserved;
import java.util.List;

/**
 * The header fields that state a client's remaining tokens. They describe one limit: on a denial, the limit that
 * denies; otherwise the charged limit with the fewest tokens left.
 */
final class BudgetFields {
    private static final String LIMIT = "x-ratelimit-limit-tokens";
    private static final String REMAINING = "x-ratelimit-remaining-tokens";
    private static final String RESET = "x-ratelimit-reset-tokens";

    private BudgetFields() {}

    /** Adds the header fields to the response to a request that passed. */
    static void tell(Reserved reserved, List<RequestInstruction> instructions) {
        int least = least(reserved);
        if (least >= 0) {
            instructions.add(new SetResponseHeader(LIMIT, limit(reserved, least)));
            instructions.add(new SetResponseHeader(REMAINING, remaining(reserved, least)));
            instructions.add(new SetResponseHeader(
                    RESET, Long.toString(reserved.limits().secondsUntilFull(least, reserved.tally()))));
        }
    }

    /** Returns the denial, extended by the header fields of the limit that denies. */
    static ImmediateResponse tell(Reserved reserved, ImmediateResponse denial, long seconds) {
        int denying = reserved.denying();
        return denial.withHeader(LIMIT, limit(reserved, denying))
                .withHeader(REMAINING, remaining(reserved, denying))
                .withHeader(RESET, Long.toString(seconds));
    }

    private static String limit(Reserved reserved, int index) {
        return Long.toString(reserved.limits().get(index).most());
    }

    private static String remaining(Reserved reserved, int index) {
        return Long.toString(reserved.limits().remaining(index, reserved.tally()));
    }

    /**
     * Returns the index of the charged limit with the fewest tokens left, without limits in shadow mode; -1 if there is
     * none.
     */
    private static int least(Reserved reserved) {
        int least = -1;
        long left = Long.MAX_VALUE;
        for (int i = 0; i < reserved.limits().size(); i++) {
            boolean isTold = !reserved.limits().get(i).shadow()
                    && reserved.reservation().parts().get(i).amount() > 0;
            long remaining = reserved.limits().remaining(i, reserved.tally());
            if (isTold && remaining < left) {
                least = i;
                left = remaining;
            }
        }
        return least;
    }
}
