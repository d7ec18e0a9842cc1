/** Describes work that takes too long for an event loop: its resources and its cancellation. */
@Api
@NullMarked
package io.policyengine.core.work;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
