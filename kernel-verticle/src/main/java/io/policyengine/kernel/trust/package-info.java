/** The knowledge of what Envoys have shown: whether they honour mode overrides, and whether they tell who answers a request. */
@NullMarked
package io.policyengine.kernel.trust;

import org.jspecify.annotations.NullMarked;
