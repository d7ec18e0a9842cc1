/** The way from changed files to a new generation. */
@NullMarked
package io.policyengine.kernel.reload;

import org.jspecify.annotations.NullMarked;
