/** Call-outs of policies to other servers: requests, responses and failures. */
@Api
@NullMarked
package io.policyengine.core.callout;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
