/** Metrics of other processes: read strictly, and merged with the families of this process. */
@Internal
@NullMarked
package io.policyengine.core.metrics.merge;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
