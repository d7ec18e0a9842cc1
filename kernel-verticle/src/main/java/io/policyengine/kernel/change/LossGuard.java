package io.policyengine.kernel.change;

/**
 * The checks that reject a new configuration for an accidental loss of routes, of text, or of guarantees.
 *
 * @param routes whether the loss of many routes is rejected
 * @param text whether truncated files are rejected
 * @param guarantees whether a change that removes a guarantee of a route is rejected
 */
public record LossGuard(boolean routes, boolean text, boolean guarantees) {
    /** All checks, for files that the engine has not written itself. */
    public static final LossGuard FULL = new LossGuard(true, true, true);

    /** The checks for files that the engine itself has written, which are never truncated. */
    public static final LossGuard ROUTES = new LossGuard(true, false, true);

    /** The guard without checks, for an intended loss. */
    public static final LossGuard NONE = new LossGuard(false, false, false);

    /** Returns a copy that permits the loss of routes and text. */
    public LossGuard allowingLoss() {
        return new LossGuard(false, false, guarantees);
    }

    /** Returns a copy that permits a change to remove guarantees of routes. */
    public LossGuard allowingOpen() {
        return new LossGuard(routes, text, false);
    }
}
