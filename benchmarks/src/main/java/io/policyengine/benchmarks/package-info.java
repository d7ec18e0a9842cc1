/** Benchmarks of the seams that each request passes. */
@NullMarked
package io.policyengine.benchmarks;

import org.jspecify.annotations.NullMarked;
