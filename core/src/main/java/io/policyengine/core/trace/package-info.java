/** The export of finished spans to an OTLP receiver: bounded, and off the event loops. */
@Internal
@NullMarked
package io.policyengine.core.trace;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
