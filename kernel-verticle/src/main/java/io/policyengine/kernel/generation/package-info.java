/**
 * Configurations as they are live: made, swapped, pinned by exchanges, retired. Over twenty types, since each step from a configuration to
 * a live generation has one.
 */
@NullMarked
package io.policyengine.kernel.generation;

import org.jspecify.annotations.NullMarked;
