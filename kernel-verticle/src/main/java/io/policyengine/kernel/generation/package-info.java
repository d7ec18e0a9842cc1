/** Configurations as they are live: made, swapped, pinned by exchanges, retired. */
@NullMarked
package io.policyengine.kernel.generation;

import org.jspecify.annotations.NullMarked;
