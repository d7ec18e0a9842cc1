package io.policyengine.policies.ai.shared.budget;

import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;

/**
 * The settings of a budget that are independent of its limits.
 *
 * @param prefix of its metadata
 * @param denial for an exceeded limit
 * @param tellsTokens whether clients get the fields {@code X-RateLimit-*-Tokens}
 * @param seesHeaders whether response headers are seen: without them a response that has not begun cannot be
 *     distinguished from one without usage, or an error
 * @param warnPercent of a limit from which clients and operators are warned; above 100 for never
 */
public record BudgetSettings(
        String prefix,
        Denial denial,
        BudgetParams budget,
        boolean tellsTokens,
        boolean seesHeaders,
        int warnPercent,
        DenialFormat denialFormat) {}
