package io.policyengine.policies.content.virusscan;

/** A reason to refuse a body because of its virus scan. */
sealed interface ScanRefusal {
    /**
     * The scanner has found malware.
     *
     * @param signature the scanner's name for the malware, safe for logs
     */
    record Infected(String signature) implements ScanRefusal {}

    /** The body exceeds the maximum size that is scanned. */
    record TooLarge() implements ScanRefusal {}

    /**
     * The body's contents cannot be read.
     *
     * @param why for people
     */
    record Unopenable(String why) implements ScanRefusal {}

    /** The body arrives so slowly that it would occupy a connection to the scanner for too long. */
    record TooSlow() implements ScanRefusal {}
}
