/** Benchmarks of code that runs for each request. */
@NullMarked
package io.policyengine.benchmarks;

import org.jspecify.annotations.NullMarked;
