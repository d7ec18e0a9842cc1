/** The messages of call-outs: what a policy asks another server, and what comes of it. */
@Api
@NullMarked
package io.policyengine.core.callout;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
