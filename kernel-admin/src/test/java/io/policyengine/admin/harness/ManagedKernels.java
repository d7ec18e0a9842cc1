package io.policyengine.admin.harness;

import io.policyengine.admin.KernelAdmin;
import io.policyengine.core.log.ComponentLevels;
import io.policyengine.kernel.harness.KernelHarness;

/** Kernels with the management that is shipped. */
public final class ManagedKernels {
    private ManagedKernels() {}

    /** A kernel that knows no levels of the log. */
    public static KernelHarness create() {
        return with(ComponentLevels.NONE);
    }

    /** A kernel in a process that logs by these levels. */
    public static KernelHarness with(ComponentLevels levels) {
        return KernelHarness.create(KernelAdmin.with(levels));
    }
}
