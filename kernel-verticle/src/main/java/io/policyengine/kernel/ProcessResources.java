package io.policyengine.kernel;

import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.work.executor.Executor;
import java.time.InstantSource;

/**
 * The resources of a process that its kernel uses.
 *
 * @param metrics registry of the kernel's metrics
 * @param work threads for work that would block an event loop
 * @param loops number of event loops that serve Envoy
 * @param clock the clock by which overrides expire
 */
public record ProcessResources(EngineRegistry metrics, Executor work, int loops, InstantSource clock) {}
