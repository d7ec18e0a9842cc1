/** Receives OTLP traces, for tests of spans. */
@Internal
@NullMarked
package io.policyengine.testkit.trace;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
