package io.policyengine.testkit.envoy.model;

/** Envoy's releases whose ext_proc filters differ in ways that a server can see. */
public enum EnvoyVersion {
    /** Spurious answers pass silently; no status_on_error. */
    V1_34(34),
    /** Spurious answers fail closed; the reference. */
    V1_36(36),
    /** Leaves the stream after the last answer it needs; sends empty chunks only to end the stream. */
    V1_40(40);

    private final int minor;

    EnvoyVersion(int minor) {
        this.minor = minor;
    }

    /** Returns whether the release is 1.{@code minor} or newer. */
    public boolean atLeast(int minor) {
        return this.minor >= minor;
    }
}
