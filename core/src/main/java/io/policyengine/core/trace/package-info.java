/** Spans that are over, and their way to an OTLP receiver: bounded, and away from the event loops. */
@Internal
@NullMarked
package io.policyengine.core.trace;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
