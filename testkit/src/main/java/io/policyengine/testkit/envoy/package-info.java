/** EnvoySim: tests an ext_proc server as Envoy would use it, HTTP in and HTTP out. */
@Internal
@NullMarked
package io.policyengine.testkit.envoy;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
