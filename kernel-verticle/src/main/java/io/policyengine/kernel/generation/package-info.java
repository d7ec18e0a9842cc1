/**
 * Live configurations: drafted, swapped, pinned by exchanges, retired. Over twenty types, since each of these steps has
 * one or more.
 */
@NullMarked
package io.policyengine.kernel.generation;

import org.jspecify.annotations.NullMarked;
