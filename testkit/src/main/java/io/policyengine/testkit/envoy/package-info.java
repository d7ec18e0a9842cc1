/** EnvoySim: tests an ext_proc server as Envoy would use it, HTTP in and HTTP out. */
@NullMarked
package io.policyengine.testkit.envoy;

import org.jspecify.annotations.NullMarked;
