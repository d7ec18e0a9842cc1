/** Benchmarks of single policies, and the page of their costs. */
@NullMarked
package io.policyengine.benchmarks.policies;

import org.jspecify.annotations.NullMarked;
