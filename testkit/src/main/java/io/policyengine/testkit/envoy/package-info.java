/** EnvoySim: tests an ext_proc server as Envoy calls it. Tests send HTTP requests and check HTTP results. */
@Internal
@NullMarked
package io.policyengine.testkit.envoy;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
