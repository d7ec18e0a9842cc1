/** Live configurations: drafted, swapped, pinned by exchanges, retired. Over twenty types, one or more per step. */
@NullMarked
package io.policyengine.kernel.generation;

import org.jspecify.annotations.NullMarked;
