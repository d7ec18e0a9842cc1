package io.policyengine.admin.view;

import io.policyengine.core.params.Doc;
import java.util.List;

/** The differences between two configurations. */
@Doc("Differences between the files of two generations.")
public record DiffView(
        @Doc("The generation before.") long before,
        @Doc("The generation after.") long after,
        @Doc("Files that differ.") List<FileDiff> files,

        @Doc("Number of further files that differ, which are left out.")
        int leftOut) {
    /** A file that differs between two configurations. */
    @Doc("A file that differs.")
    public record FileDiff(
            @Doc("The file, relative to the conf directory.")
            String file,

            @Doc("A unified diff without secrets, or one line with the reason why it is missing.")
            List<String> lines) {}
}
