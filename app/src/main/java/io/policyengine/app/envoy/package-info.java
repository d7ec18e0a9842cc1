/** Envoy configurations that fit a conf directory. */
@NullMarked
package io.policyengine.app.envoy;

import org.jspecify.annotations.NullMarked;
