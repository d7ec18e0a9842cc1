package io.policyengine.testkit.envoy.model;

/** Releases of Envoy whose ext_proc filters behave differently towards a server. */
public enum EnvoyRelease {
    /** A spurious answer ends processing and lets the exchange pass. There is no status_on_error. */
    V1_34(34),
    /** The reference release. A spurious answer is treated as a failure of the server. */
    V1_36(36),
    /**
     * Envoy leaves the stream after the last answer that it needs, and sends an empty chunk only with end_of_stream.
     */
    V1_40(40);

    private final int minor;

    EnvoyRelease(int minor) {
        this.minor = minor;
    }

    /** Returns whether the release is 1.{@code minor} or newer. */
    public boolean atLeast(int minor) {
        return this.minor >= minor;
    }
}
