/**
 * A model of Envoy's ext_proc filter that converts HTTP parts, answers and timers to actions, without I/O or a clock.
 */
@Internal
@NullMarked
package io.policyengine.testkit.envoy.model;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
