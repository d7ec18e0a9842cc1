package io.policyengine.kernel.aggregate;

import io.policyengine.core.policy.Phase;
import java.util.List;

/**
 * The progress of a phase's chain, for the log: names of its entries, in chain order. Those in the shadow are left out, and one that failed
 * is in neither list.
 *
 * @param executed entries whose outcome was taken, or whose condition was false
 * @param skipped entries that do not run: the chain ended before them, or their worker failed and the chain goes on
 */
public record ChainProgress(Phase phase, List<String> executed, List<String> skipped) {}
