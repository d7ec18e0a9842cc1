/** The meters of the engine: their names, types and labels, which docs/reference/metrics.md lists. */
@NullMarked
package io.policyengine.core.metrics;

import org.jspecify.annotations.NullMarked;
