/** The records that policies give to sinks, and the reasons why sinks lose them. */
@Api
@NullMarked
package io.policyengine.core.sink;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
