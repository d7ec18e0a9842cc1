/** Controls time in tests: a clock that tests advance, and methods that wait for asynchronous results. */
@Api
@NullMarked
package io.policyengine.testkit.time;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
