/** Attacks on a shipped engine behind a real Envoy, while a well-behaved client is served. */
@NullMarked
package io.policyengine.e2e.attack;

import org.jspecify.annotations.NullMarked;
