package io.policyengine.kernel;

import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.work.executor.Executor;
import java.time.InstantSource;

/**
 * The resources of a process that its kernel uses.
 *
 * @param metrics registry of the kernel's metrics
 * @param work threads for work too long for an event loop, with their share of the memory
 * @param loops number of event loops that serve Envoy
 * @param clock decides when overrides end
 */
public record ProcessResources(EngineRegistry metrics, Executor work, int loops, InstantSource clock) {}
