/** The order and the place of work that takes longer than one turn of an event loop. */
@Internal
@NullMarked
package io.policyengine.core.async;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
