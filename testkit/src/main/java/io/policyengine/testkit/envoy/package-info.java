/**
 * EnvoySim, a simulation of Envoy that calls an ext_proc server under test. Tests send HTTP requests and check HTTP
 * results.
 */
@Internal
@NullMarked
package io.policyengine.testkit.envoy;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
