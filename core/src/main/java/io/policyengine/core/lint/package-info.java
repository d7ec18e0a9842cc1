/** Finds in chains what can be run but cannot do its work, or is hardly meant. */
@Internal
@NullMarked
package io.policyengine.core.lint;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
