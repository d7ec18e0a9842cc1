/** The meters of the engine: their names, types and labels, which docs/reference/metrics.md lists. */
@Internal
@NullMarked
package io.policyengine.core.metrics;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
