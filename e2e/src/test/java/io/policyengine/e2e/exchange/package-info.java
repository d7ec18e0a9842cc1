/** Requests through a real Envoy in every shape of the engine, and the connection that carries them. */
@NullMarked
package io.policyengine.e2e.exchange;

import org.jspecify.annotations.NullMarked;
