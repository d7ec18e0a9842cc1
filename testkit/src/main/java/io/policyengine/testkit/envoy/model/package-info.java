/** Envoy's ext_proc filter as a pure model: parts of HTTP messages, answers and timers go in, actions come out. No I/O, no clock. */
@Internal
@NullMarked
package io.policyengine.testkit.envoy.model;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
