/** Finds entries of chains that can run but cannot do their work, or are probably mistakes. */
@Internal
@NullMarked
package io.policyengine.core.lint;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
