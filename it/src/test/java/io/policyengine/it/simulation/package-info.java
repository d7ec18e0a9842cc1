/** A deterministic simulation of Envoy, kernel and workers, and the one invariant that every exchange of it is checked against. */
@NullMarked
package io.policyengine.it.simulation;

import org.jspecify.annotations.NullMarked;
