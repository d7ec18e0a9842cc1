/** Exports finished spans to an OTLP receiver, off the event loops and in bounded memory. */
@Internal
@NullMarked
package io.policyengine.core.trace;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
