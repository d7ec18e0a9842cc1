package io.policyengine.policies.content.virusscan;

/** A reason why a body does not go on. */
sealed interface ScanRefusal {
    /**
     * The scanner has found something.
     *
     * @param signature its name, safe for logs
     */
    record Infected(String signature) implements ScanRefusal {}

    /** The body is larger than is scanned. */
    record TooLarge() implements ScanRefusal {}

    /**
     * The contents of the body cannot be read.
     *
     * @param why for people
     */
    record Unopenable(String why) implements ScanRefusal {}

    /** The body comes so slowly that it would keep others from the scanner. */
    record TooSlow() implements ScanRefusal {}
}
