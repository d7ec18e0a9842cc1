package io.policyengine.kernel.admin.view;

import io.policyengine.core.params.Doc;
import io.policyengine.kernel.reload.OnBadConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The running configuration. */
@Doc("The running configuration.")
public record ConfigView(
        @Doc("The generation that new exchanges run by.") GenerationView generation,

        @Doc("`policy_kernel` as it is written, with the defaults; secrets are hidden, references are not resolved.")
        ObjectNode policyKernel,

        @Doc("How many routes there are.") int routes,
        @Doc("Routes that are refused, and why.") List<RouteView> refusedRoutes,

        @Doc("Routes that went away, or lost their policies, when this configuration came into force.")
        List<String> lostRoutes,

        @Doc("What is off or in the shadow, whatever chains say: kernel.yaml's first.")
        List<OverrideView> overrides,

        @Doc("What can be used but is hardly what was meant.")
        List<ProblemView> warnings,

        @Doc("What became of the last change; absent if there was none.") @Nullable
        ReloadView lastReload,

        @Doc("What happens where the files cannot be used when the kernel starts.")
        OnBadConfig onBadConfig,

        @Doc(
                "The generation in the place of files that could not be used when the kernel started; absent once they can.")
        @Nullable
        GenerationView lastGood,

        @Doc(
                "Why the running generation is not what the files say, and how to go back to them, after a rollback without them; absent"
                        + " otherwise.")
        @Nullable
        String pinned,

        @Doc("The folder where the last generations are kept; absent where they are kept in memory only.") @Nullable
        String stateDirectory,

        @Doc("Why the last generation is not on disk; absent if it is, or is not meant to be.") @Nullable
        String stateProblem) {}
