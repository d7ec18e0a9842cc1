/** The division of a process's memory among its parts. */
@Internal
@NullMarked
package io.policyengine.core.memory;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
