/** Time as the engine sees it, injectable. */
@Api
@NullMarked
package io.policyengine.core.time;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
