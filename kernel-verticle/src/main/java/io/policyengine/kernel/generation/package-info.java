/** Live configurations: drafted, swapped, pinned by exchanges, retired. */
@NullMarked
package io.policyengine.kernel.generation;

import org.jspecify.annotations.NullMarked;
