package io.policyengine.policies.content.virusscan.scanner;

/** A scanner's verdict on a content. */
public sealed interface ScanVerdict {
    /** The scanner has found nothing. */
    record Clean() implements ScanVerdict {}

    /**
     * The scanner has found malware.
     *
     * @param signature the scanner's name for the malware, {@linkplain SignatureName made safe}
     */
    record Found(String signature) implements ScanVerdict {}

    /** The scanner rejects contents of this size. */
    record TooLarge() implements ScanVerdict {}

    /** The verdict without a finding. */
    ScanVerdict CLEAN = new Clean();

    /** The verdict on a content that is too large. */
    ScanVerdict TOO_LARGE = new TooLarge();
}
