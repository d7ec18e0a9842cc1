/** Time in tests: a clock that is moved by hand, and waiting for what others do. */
@Api
@NullMarked
package io.policyengine.testkit.time;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
