/** The rows of the table of costs, as they are measured. */
@NullMarked
package io.policyengine.benchmarks.policies;

import org.jspecify.annotations.NullMarked;
