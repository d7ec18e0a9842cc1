/** HTTP for the operators of any process of the engine: metrics, liveness and readiness. */
@NullMarked
package io.policyengine.core.admin;

import org.jspecify.annotations.NullMarked;
