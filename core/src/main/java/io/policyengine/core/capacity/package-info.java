/** The counted capacity for bytes, places and other things of which there are so many and no more. */
@Api
@NullMarked
package io.policyengine.core.capacity;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
