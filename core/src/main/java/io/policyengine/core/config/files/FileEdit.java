package io.policyengine.core.config.files;

import org.jspecify.annotations.Nullable;

/**
 * A change of one file of a conf directory.
 *
 * @param file its name relative to the directory
 * @param text the new content; null to remove the file
 */
public record FileEdit(String file, @Nullable String text) {
    /** Omits the text, which may hold secrets. */
    @Override
    public String toString() {
        return (text == null ? "remove " : "write ") + file;
    }
}
