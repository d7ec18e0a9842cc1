/** Checks an Envoy configuration of a user's own against Envoy's API, and against what the engine needs of it. */
@NullMarked
package io.policyengine.app.envoy.check;

import org.jspecify.annotations.NullMarked;
