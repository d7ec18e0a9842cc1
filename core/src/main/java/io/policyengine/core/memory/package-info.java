/** The division of the heap among all that a process holds. */
@Internal
@NullMarked
package io.policyengine.core.memory;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
