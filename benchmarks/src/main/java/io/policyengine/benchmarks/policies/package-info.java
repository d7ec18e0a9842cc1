/** Benchmarks of single policies, and the page of what they cost. */
@NullMarked
package io.policyengine.benchmarks.policies;

import org.jspecify.annotations.NullMarked;
