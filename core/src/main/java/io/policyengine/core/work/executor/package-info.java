/** Runs work that takes too long for event loops, on separate threads. */
@Internal
@NullMarked
package io.policyengine.core.work.executor;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
