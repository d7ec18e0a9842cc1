package io.policyengine.policies.content.virusscan.scanner;

/** A scanner's judgement of a content. */
public sealed interface ScanVerdict {
    /** Nothing was found. */
    record Clean() implements ScanVerdict {}

    /**
     * Something was found.
     *
     * @param signature the name that the scanner has for it, made {@linkplain SignatureName safe}
     */
    record Found(String signature) implements ScanVerdict {}

    /** The scanner takes no contents of this size. */
    record TooLarge() implements ScanVerdict {}

    /** Nothing was found. */
    ScanVerdict CLEAN = new Clean();

    /** The scanner takes no contents of this size. */
    ScanVerdict TOO_LARGE = new TooLarge();
}
