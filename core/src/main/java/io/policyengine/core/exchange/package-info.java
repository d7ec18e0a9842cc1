/** The values that policies keep for exchanges under way. */
@Api
@NullMarked
package io.policyengine.core.exchange;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
