package io.policyengine.policies.content.virusscan.scanner;

/** A scanner's judgement of a content. */
public sealed interface Verdict {
    /** Nothing was found. */
    record Clean() implements Verdict {}

    /**
     * Something was found.
     *
     * @param signature the name that the scanner has for it, made {@linkplain SignatureName safe}
     */
    record Found(String signature) implements Verdict {}

    /** The scanner takes no contents of this size. */
    record TooLarge() implements Verdict {}

    /** Nothing was found. */
    Verdict CLEAN = new Clean();

    /** The scanner takes no contents of this size. */
    Verdict TOO_LARGE = new TooLarge();
}
