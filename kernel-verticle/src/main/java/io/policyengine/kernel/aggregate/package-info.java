/** Runs a phase segment by segment and merges the instructions of its policies. */
@NullMarked
package io.policyengine.kernel.aggregate;

import org.jspecify.annotations.NullMarked;
