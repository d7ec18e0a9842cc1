/** Cached lookups: values that a policy requests from other servers, kept while they are valid. */
@Api
@NullMarked
package io.policyengine.core.lookup;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
