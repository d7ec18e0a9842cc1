/** The records that policies pass to sinks, and the reasons why sinks lose records. */
@Api
@NullMarked
package io.policyengine.core.sink;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
