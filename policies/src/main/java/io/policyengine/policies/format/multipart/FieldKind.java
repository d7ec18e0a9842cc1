package io.policyengine.policies.format.multipart;

import io.policyengine.core.http.FieldRules;

/**
 * The header fields with parameters, and the rules for these parameters. All servers read parameters that follow the
 * rules in the same way.
 */
enum FieldKind {
    CONTENT_TYPE {
        // Only the boundary must be a token: clients write types and addresses unquoted, too.
        @Override
        boolean isBare(String name, String value) {
            if (name.equals("boundary")) {
                return FieldRules.isToken(value) && value.indexOf('\'') < 0;
            }
            return !value.isEmpty()
                    && value.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '\\' && ENDS.indexOf(c) < 0);
        }

        @Override
        boolean hasEmpty() {
            return true;
        }

        @Override
        boolean isHarmless(String name, boolean isQuoted) {
            return true;
        }
    },

    /**
     * The field {@code Content-Disposition}. PHP reads apostrophes as quotation marks, and clients of .NET send
     * unquoted file names that contain apostrophes.
     */
    CONTENT_DISPOSITION {
        @Override
        boolean isBare(String name, String value) {
            boolean isFile = name.equals("filename") || name.equals(EXTENDED_FILE);
            boolean isPlain = value.indexOf('\'') < 0 && value.indexOf('*') < 0;
            return FieldRules.isToken(value) && (isFile ? !value.startsWith("'") : isPlain);
        }

        @Override
        boolean hasEmpty() {
            return false;
        }

        @Override
        boolean isHarmless(String name, boolean isQuoted) {
            return name.equals(EXTENDED_FILE) && !isQuoted;
        }
    };

    /** The characters at which some servers end an unquoted value. */
    private static final String ENDS = "(), ";

    private static final String EXTENDED_FILE = "filename*";

    /** Returns whether the value of a parameter may be unquoted. */
    abstract boolean isBare(String name, String value);

    /** Returns whether a semicolon need not be followed by a parameter. */
    abstract boolean hasEmpty();

    /** Returns whether the parameter may follow an odd number of apostrophes outside quotation marks. */
    abstract boolean isHarmless(String name, boolean isQuoted);
}
