/** Caches values that policies load from other servers, while the values are valid. */
@Api
@NullMarked
package io.policyengine.core.lookup;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
