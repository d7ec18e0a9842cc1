package io.policyengine.core.error;

/**
 * A position in a file.
 *
 * @param file as the user named it, relative to the conf directory if it is inside
 * @param line from 1; 0 for the file as a whole
 * @param column from 1; 0 if unknown
 */
public record Location(String file, int line, int column) {
    /** Returns the position of a whole file. */
    public static Location ofFile(String file) {
        return new Location(file, 0, 0);
    }

    /** {@code file:line:column}, as compilers print it. */
    @Override
    public String toString() {
        return line == 0 ? file : column == 0 ? file + ":" + line : file + ":" + line + ":" + column;
    }
}
