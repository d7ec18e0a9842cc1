package io.policyengine.policies.content.virusscan.scanner;

/** Makes the names of virus signatures safe for logs and metadata, since the scanner, or an impostor, chooses them. */
final class SignatureName {
    /** Maximum length of a virus signature's name, in characters; the rest is cut. */
    private static final int MAX_LENGTH = 128;

    private static final String ALSO = "._:/+-";

    private SignatureName() {}

    /**
     * Returns the name of a signature with unusual characters replaced, cut to 128 characters; {@code unnamed} if
     * nothing remains.
     */
    static String of(String said) {
        String name = said.strip();
        StringBuilder safe = new StringBuilder();
        for (int i = 0; i < Math.min(MAX_LENGTH, name.length()); i++) {
            char c = name.charAt(i);
            boolean isUsual =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || ALSO.indexOf(c) >= 0;
            safe.append(isUsual ? c : '_');
        }
        return safe.isEmpty() ? "unnamed" : safe.toString();
    }
}
