package io.policyengine.it.simulation.judge;

import io.policyengine.it.simulation.world.Stamp;
import java.util.List;

/**
 * A policy was called with trailers.
 *
 * @param seen the stamps that were on them
 * @param replica where it ran
 */
public record TrailersCalled(Stamp stamp, List<Stamp> seen, String replica) {}
