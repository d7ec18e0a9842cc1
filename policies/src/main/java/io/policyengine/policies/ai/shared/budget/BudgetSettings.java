package io.policyengine.policies.ai.shared.budget;

import io.policyengine.policies.ai.shared.modelapi.FactsSource;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.policyengine.policies.traffic.shared.counting.StoreFailure;

/**
 * Settings of a budget that do not depend on its limits.
 *
 * @param prefix of the metadata that it leaves
 * @param denial for a limit that is used up
 * @param charsPerToken octets of text that are taken for one token
 * @param reserveOutput tokens of output that are reserved at most; -1 for as many as the request allows
 * @param defaultOutput tokens of output that are reserved for a request that does not say how many it allows
 * @param injectIncludeUsage whether a chat that streams is made to tell its use
 * @param jitterSeconds by which Retry-After is more at most
 * @param tellsTokens whether clients are told by the fields {@code X-RateLimit-*-Tokens}
 * @param seesHeaders whether the headers of answers are seen: where they are not, nothing tells an answer that has not begun from one that
 *     tells no use, or an error from another one
 * @param warnPercent of a limit from which on clients and operators are warned; above 100 for never
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
