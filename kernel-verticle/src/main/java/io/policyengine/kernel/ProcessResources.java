package io.policyengine.kernel;

import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.work.executor.Executor;
import java.time.InstantSource;

/**
 * The resources of a process that its kernel uses.
 *
 * @param metrics the registry of the kernel's metrics
 * @param work threads for computations that are too long for an event loop, and their share of the memory
 * @param loops the number of event loops that serve Envoy
 * @param clock by which overrides end
 */
public record ProcessResources(EngineRegistry metrics, Executor work, int loops, InstantSource clock) {}
