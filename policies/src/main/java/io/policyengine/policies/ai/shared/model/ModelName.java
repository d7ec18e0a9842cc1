package io.policyengine.policies.ai.shared.model;

/** The syntax of model names. It is strict, so that no server confuses two names. */
public final class ModelName {
    /** The syntax of model names, as a text for messages. */
    public static final String RULE =
            "a model name must have 1 to 256 ASCII letters, digits and characters of -._:/@+=,~()[]; * matches any "
                    + "characters";

    /** The maximum length of a model name, in characters. */
    static final int LONGEST = 256;

    private static final String OTHERS = "-._:/@+=,~()[]";

    private ModelName() {}

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
