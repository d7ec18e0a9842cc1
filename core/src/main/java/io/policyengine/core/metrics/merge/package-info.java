/** Reads the metrics of other processes strictly, and merges them with the metric families of this process. */
@Internal
@NullMarked
package io.policyengine.core.metrics.merge;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
