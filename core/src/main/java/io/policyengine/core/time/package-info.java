/** The engine's sources of time, which tests can replace. */
@Api
@NullMarked
package io.policyengine.core.time;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
