package io.policyengine.admin.view;

import io.policyengine.core.params.Doc;

/** A heap dump that was written. */
@Doc("A heap dump that was written. It contains the credentials that are in memory.")
public record HeapDumpView(
        @Doc("The file, in the state directory; it replaces the previous one.")
        String path,

        @Doc("The size of the file in bytes.") long bytes) {}
