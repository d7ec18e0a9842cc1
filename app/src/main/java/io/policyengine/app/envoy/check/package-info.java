/** Checks a user's own Envoy configuration against Envoy's API and the requirements of the engine. */
@NullMarked
package io.policyengine.app.envoy.check;

import org.jspecify.annotations.NullMarked;
