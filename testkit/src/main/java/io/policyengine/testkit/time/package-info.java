/** Time that a test moves by hand. */
@Api
@NullMarked
package io.policyengine.testkit.time;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
