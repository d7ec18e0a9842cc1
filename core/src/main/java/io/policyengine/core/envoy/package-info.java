/** The types of Envoy's typed metadata whose fields are known. */
@Api
@NullMarked
package io.policyengine.core.envoy;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
