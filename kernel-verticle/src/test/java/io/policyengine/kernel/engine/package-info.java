/** The kernel as tests run it: deployed, with Envoy's simulator before it; for tests of other modules too. */
@NullMarked
package io.policyengine.kernel.engine;

import org.jspecify.annotations.NullMarked;
