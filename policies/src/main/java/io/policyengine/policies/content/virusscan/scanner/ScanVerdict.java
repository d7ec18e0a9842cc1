package io.policyengine.policies.content.virusscan.scanner;

/** A scanner's verdict on a content item. */
public sealed interface ScanVerdict {
    /** The scanner has found nothing. */
    record Clean() implements ScanVerdict {}

    /**
     * The scanner has found malware.
     *
     * @param signature the scanner's name for the malware, {@linkplain SignatureName made safe}
     */
    record Infected(String signature) implements ScanVerdict {}

    /** The scanner does not accept content of this size. */
    record TooLarge() implements ScanVerdict {}

    /** The scanner failed at this content, but may be able to scan other content. */
    record Unscannable() implements ScanVerdict {}

    /** The verdict without a finding. */
    ScanVerdict CLEAN = new Clean();

    /** The verdict on content that is too large for the scanner. */
    ScanVerdict TOO_LARGE = new TooLarge();

    /** The verdict on content at which the scanner failed. */
    ScanVerdict UNSCANNABLE = new Unscannable();
}
