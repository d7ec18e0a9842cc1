/** Bounds of memory, streams and work, and what is refused where they are reached. */
@NullMarked
package io.policyengine.kernel.blackbox.limits;

import org.jspecify.annotations.NullMarked;
