/** Records that policies keep for others: what a policy gives to a sink, and what may become of it. */
@Api
@NullMarked
package io.policyengine.core.sink;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
