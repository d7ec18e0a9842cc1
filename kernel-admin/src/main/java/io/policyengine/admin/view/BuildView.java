package io.policyengine.admin.view;

import io.policyengine.core.params.Doc;

/** The build of the running program. */
@Doc("The build of the running program.")
public record BuildView(
        @Doc("The version of the program.") String version,

        @Doc("The commit that was built, with `-dirty` if files differed from it; `unknown` for a build outside of a"
                + " repository.")
        String commit,

        @Doc("The version of the JVM.") String java) {
    /** The build that is shown if the process that embeds the kernel names none. */
    public static final BuildView UNKNOWN =
            new BuildView("unknown", "unknown", System.getProperty("java.version", "unknown"));
}
