/** Runs long or blocking work on threads other than event loops, one step after another where needed. */
@Internal
@NullMarked
package io.policyengine.core.async;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
