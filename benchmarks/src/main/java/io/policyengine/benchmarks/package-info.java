/** Benchmarks of the code that each request passes. */
@NullMarked
package io.policyengine.benchmarks;

import org.jspecify.annotations.NullMarked;
