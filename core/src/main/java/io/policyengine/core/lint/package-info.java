/** Finds in chains what can be run but is hardly meant. */
@NullMarked
package io.policyengine.core.lint;

import org.jspecify.annotations.NullMarked;
