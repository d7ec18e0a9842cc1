/** Cached lookups: values that policies load from other servers and keep while they are valid. */
@Api
@NullMarked
package io.policyengine.core.lookup;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
