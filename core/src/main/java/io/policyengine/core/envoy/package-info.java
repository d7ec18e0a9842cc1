/** Messages that Envoy's filters leave as typed metadata, and whose fields are known here. */
@Api
@NullMarked
package io.policyengine.core.envoy;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
