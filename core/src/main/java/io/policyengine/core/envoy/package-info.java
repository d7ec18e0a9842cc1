/** Decodes the types of Envoy's typed metadata that the engine knows. */
@Api
@NullMarked
package io.policyengine.core.envoy;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
