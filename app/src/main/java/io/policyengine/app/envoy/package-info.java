/** Envoy configurations that are generated from a conf directory. */
@NullMarked
package io.policyengine.app.envoy;

import org.jspecify.annotations.NullMarked;
