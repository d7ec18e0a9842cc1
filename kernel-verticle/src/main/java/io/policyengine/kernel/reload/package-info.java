/** Turns changed files into a new generation. */
@NullMarked
package io.policyengine.kernel.reload;

import org.jspecify.annotations.NullMarked;
