package io.policyengine.kernel;

import io.policyengine.core.config.ObservabilityConfig;
import io.policyengine.kernel.generation.Generations;
import io.policyengine.kernel.history.StoredOverrides;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.reload.ReloadCoordinator;
import io.vertx.core.Vertx;
import java.nio.file.Path;

/**
 * The parts of a kernel that its {@link Management} reads and changes. Unless a part states otherwise, it is confined
 * to the kernel's event loop.
 *
 * @param resources the resources of the process
 * @param vertx the instance whose current context is the kernel's event loop
 * @param config the settings that the kernel starts with
 * @param directory the conf directory, against which paths of the settings are resolved
 * @param storedOverrides the overrides for a conf directory that the kernel cannot write
 */
public record ManagedKernel(
        ProcessResources resources,
        Vertx vertx,
        ObservabilityConfig config,
        Path directory,
        Generations generations,
        ReloadCoordinator reloads,
        StoredOverrides storedOverrides,
        KernelMeters meters) {}
