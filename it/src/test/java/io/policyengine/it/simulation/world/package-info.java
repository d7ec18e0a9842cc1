/** What a seed draws: configurations that follow one another, their chains, and what policies do with messages. */
@NullMarked
package io.policyengine.it.simulation.world;

import org.jspecify.annotations.NullMarked;
