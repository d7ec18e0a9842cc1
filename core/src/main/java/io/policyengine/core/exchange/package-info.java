/** The values that policies keep for running exchanges. */
@Api
@NullMarked
package io.policyengine.core.exchange;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
