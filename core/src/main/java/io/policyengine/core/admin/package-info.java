/** HTTP for the operators of any process of the engine: metrics, liveness and readiness. */
@Internal
@NullMarked
package io.policyengine.core.admin;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
