/** Runs a phase segment by segment and folds what the policies instruct. */
@NullMarked
package io.policyengine.kernel.aggregate;

import org.jspecify.annotations.NullMarked;
