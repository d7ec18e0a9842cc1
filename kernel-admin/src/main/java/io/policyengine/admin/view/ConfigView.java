package io.policyengine.admin.view;

import io.policyengine.core.params.Doc;
import io.policyengine.kernel.reload.OnBadConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The running configuration. */
@Doc("The running configuration.")
public record ConfigView(
        @Doc("The build of the running program.") BuildView build,

        @Doc("The generation that new exchanges use.") GenerationView generation,

        @Doc("`policy_kernel` as it is written, with the defaults; secrets are hidden, references are not resolved.")
        ObjectNode policyKernel,

        @Doc("Number of routes.") int routes,
        @Doc("Number of routes that are not served.") int unserved,

        @Doc("Routes that are not served, with the reason: the first " + ConfigView.MAX_LISTED + ".")
        List<RouteView> refusedRoutes,

        @Doc("Routes that disappeared, or lost their policies, when this configuration came into force: the first "
                + ConfigView.MAX_LISTED + ".")
        List<String> lostRoutes,

        @Doc("Routes that let messages pass without a guarantee that they had before this configuration came into"
                + " force, or before a worker declared other facts: the first " + ConfigView.MAX_LISTED + ".")
        List<String> openedRoutes,

        @Doc("Overrides, those of kernel.yaml first.") List<OverrideView> overrides,

        @Doc("Number of warnings.") int warningCount,

        @Doc("Warnings, for configuration that is valid but probably not intended: the first " + ConfigView.MAX_LISTED
                + ".")
        List<ProblemView> warnings,

        @Doc("The result of the last change; absent if there was none.") @Nullable
        ReloadView lastReload,

        @Doc("Reaction to files that cannot be used when the kernel starts.")
        OnBadConfig onBadConfig,

        @Doc("The last good generation, if the files were unusable when the kernel started; absent once they "
                + "are usable.")
        @Nullable
        GenerationView lastGood,

        @Doc("After a rollback that did not write the files: the reason why the running generation differs "
                + "from them, and the remedy. Absent otherwise.")
        @Nullable
        String pinned,

        @Doc("The folder in which the last generations are kept; absent if they are kept in memory only.") @Nullable
        String stateDirectory,

        @Doc("The reason why the last generation is not on disk; absent if it is, or if generations are kept in"
                + " memory only.")
        @Nullable
        String stateProblem) {
    /** Maximum items of a list in the view of the running configuration. */
    public static final int MAX_LISTED = 1_000;
}
