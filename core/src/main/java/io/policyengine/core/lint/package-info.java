/** Finds in chains what can be run but cannot do its work, or is hardly meant. */
@NullMarked
package io.policyengine.core.lint;

import org.jspecify.annotations.NullMarked;
