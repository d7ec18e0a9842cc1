package io.policyengine.policies.ai.shared.budget;

import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;

/**
 * The settings of a budget that are independent of its limits.
 *
 * @param prefix prefix of the policy's metadata keys
 * @param denial denial of requests that exceed a limit
 * @param tellsTokens true to send the fields {@code X-RateLimit-*-Tokens} to clients
 * @param seesHeaders true if the policy sees response headers; without them, it cannot distinguish a response that has
 *     not begun from an error or a response without usage
 * @param warnPercent use of a limit, in percent, from which clients and operators are warned; above 100 for never
 */
public record BudgetSettings(
        String prefix,
        Denial denial,
        BudgetParams budget,
        boolean tellsTokens,
        boolean seesHeaders,
        int warnPercent,
        DenialFormat denialFormat) {}
