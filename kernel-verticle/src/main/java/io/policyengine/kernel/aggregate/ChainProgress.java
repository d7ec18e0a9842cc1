package io.policyengine.kernel.aggregate;

import io.policyengine.core.policy.Phase;
import java.util.List;

/**
 * The progress of a phase's chain for the log, as names of its entries in chain order. Shadow entries are left out; a
 * failed entry is in neither list.
 *
 * @param executed entries whose outcome was applied, or whose condition was false
 * @param skipped entries that do not run: the chain ended before them, or their worker failed and the chain continues
 */
public record ChainProgress(Phase phase, List<String> executed, List<String> skipped) {}
