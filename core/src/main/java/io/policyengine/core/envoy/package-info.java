/** Reads Envoy's typed metadata of the types whose fields are known here. */
@Api
@NullMarked
package io.policyengine.core.envoy;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
