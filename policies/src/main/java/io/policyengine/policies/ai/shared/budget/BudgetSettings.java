package io.policyengine.policies.ai.shared.budget;

import io.policyengine.policies.ai.shared.modelapi.FactsSource;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.policyengine.policies.traffic.shared.counting.StoreFailure;

/**
 * The settings of a budget that are independent of its limits.
 *
 * @param prefix of its metadata
 * @param denial for an exceeded limit
 * @param charsPerToken octets of text per token
 * @param reserveOutput limit of reserved output tokens; -1 for the request's own limit
 * @param defaultOutput reserved output tokens of a request without a limit
 * @param injectIncludeUsage whether streamed chats are made to report usage
 * @param jitterSeconds upper limit of jitter added to Retry-After
 * @param tellsTokens whether clients get the fields {@code X-RateLimit-*-Tokens}
 * @param seesHeaders whether response headers are seen: without them a response that has not begun cannot be
 *     distinguished from one without usage, or an error
 * @param warnPercent of a limit from which clients and operators are warned; above 100 for never
 */
public record BudgetSettings(
        String prefix,
        Denial denial,
        FactsSource facts,
        InputEstimate estimate,
        int charsPerToken,
        long reserveOutput,
        long defaultOutput,
        boolean injectIncludeUsage,
        UnknownRequest onUnknown,
        StoreFailure onStoreFailure,
        int jitterSeconds,
        boolean tellsTokens,
        boolean seesHeaders,
        int warnPercent,
        DenialFormat denialFormat) {}
