/** Creates and holds the kernel's meters, bound once per plan. */
@NullMarked
package io.policyengine.kernel.metrics;

import org.jspecify.annotations.NullMarked;
