package io.policyengine.admin;

import io.policyengine.core.log.ComponentLevels;
import io.policyengine.kernel.harness.KernelHarness;

/** Kernels with the management that is shipped. */
final class ManagedKernels {
    private ManagedKernels() {}

    /** A kernel that knows no levels of the log. */
    static KernelHarness create() {
        return with(ComponentLevels.NONE);
    }

    /** A kernel in a process that logs by these levels. */
    static KernelHarness with(ComponentLevels levels) {
        return KernelHarness.create(KernelAdmin.with(levels));
    }
}
