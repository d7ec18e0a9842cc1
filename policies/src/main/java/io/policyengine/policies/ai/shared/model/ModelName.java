package io.policyengine.policies.ai.shared.model;

/** The rule of names of models: what servers cannot read as another name. */
public final class ModelName {
    /** The rule, for users. */
    public static final String RULE =
            "a name of a model has 1 to 256 letters, digits and characters of -._:/@+=,~()[] of ASCII; * stands for any";

    /** Limit of characters in a name. */
    static final int LONGEST = 256;

    private static final String OTHERS = "-._:/@+=,~()[]";

    private ModelName() {}

    /** True if it is such a name. */
    public static boolean isLegal(String name) {
        return !name.isEmpty()
                && name.length() <= LONGEST
                && name.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || OTHERS.indexOf(c) >= 0);
    }
}
