/** A machine whose time and network are simulated: Vert.x on one event loop that is turned by hand. */
@NullMarked
package io.policyengine.it.simulation.net;

import org.jspecify.annotations.NullMarked;
