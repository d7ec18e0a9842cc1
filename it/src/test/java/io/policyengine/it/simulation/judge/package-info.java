/** Says from what was seen outside of the engine, and from the configurations alone, whether the engine kept its promises. */
@NullMarked
package io.policyengine.it.simulation.judge;

import org.jspecify.annotations.NullMarked;
