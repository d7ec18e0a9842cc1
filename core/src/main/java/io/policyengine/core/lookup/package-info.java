/** Cached lookups: what a policy asks another server, held for as long as it is true. */
@Api
@NullMarked
package io.policyengine.core.lookup;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
