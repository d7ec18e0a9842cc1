/**
 * Live configurations: drafted, swapped, pinned by exchanges, retired. The package has over twenty types, since each of
 * these steps needs its own types.
 */
@NullMarked
package io.policyengine.kernel.generation;

import org.jspecify.annotations.NullMarked;
