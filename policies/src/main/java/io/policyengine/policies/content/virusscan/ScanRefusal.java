package io.policyengine.policies.content.virusscan;

/** A reason why a body does not go on. */
sealed interface ScanRefusal {
    /**
     * The scanner has found something.
     *
     * @param signature its name, safe for logs
     */
    record Infected(String signature) implements ScanRefusal {}

    /** It is larger than is scanned. */
    record TooLarge() implements ScanRefusal {}

    /**
     * Its contents cannot be told.
     *
     * @param why for people
     */
    record Unopenable(String why) implements ScanRefusal {}

    /** It comes so slowly that it would keep others from the scanner. */
    record TooSlow() implements ScanRefusal {}
}
