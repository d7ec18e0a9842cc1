/** Finds chain entries that can run but cannot have their intended effect, or are probably mistakes. */
@Internal
@NullMarked
package io.policyengine.core.lint;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
