package io.policyengine.kernel.trust;

import io.policyengine.core.http.PathRules;
import io.policyengine.kernel.envoy.EnvoyReader;
import io.policyengine.kernel.trust.ModeOverrideTrust.Kind;
import io.policyengine.kernel.trust.ModeOverrideTrust.Standing;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's knowledge about the Envoy behind one connection: its release, and whether it honours mode overrides. The
 * number of routes limits its size. Confined to the connection's event loop, and dropped with the connection.
 */
public final class ConnectionTrust {
    /**
     * Maximum number of kinds of mode override for which a connection keeps its evidence across a reload. If there are
     * more, the reload drops all evidence.
     */
    private static final int MAX = 20_000;

    private final IgnoredModeOverrides all;
    private final ConnectedReleases releases;
    private final String envoy;
    private final Map<Kind, ModeOverrideTrust> trusts = new HashMap<>();
    private long reading;
    /** True if Envoy has sent the attribute with the origin of a response. */
    private boolean tellsOrigins;

    private boolean warned;
    private boolean isIdentified;

    /**
     * Creates the state of a new connection, without evidence.
     *
     * @param all the ignored mode overrides of the kernel
     * @param releases the releases of Envoy that have connected to the kernel
     * @param envoy the peer, in human-readable form
     */
    public ConnectionTrust(IgnoredModeOverrides all, ConnectedReleases releases, String envoy) {
        this.all = all;
        this.releases = releases;
        this.envoy = envoy;
        this.reading = all.reading();
    }

    /** Returns whether Envoy has sent its version on this connection. */
    public boolean isIdentified() {
        return isIdentified;
    }

    /**
     * Records the version that Envoy sends with the first message of an exchange.
     *
     * @param version the attribute {@link EnvoyReader#VERSION}; null if Envoy does not send it
     * @param rules the rules in force
     */
    public void identify(@Nullable String version, PathRules rules) {
        if (version != null && !isIdentified) {
            isIdentified = true;
            releases.connected(version, rules, envoy);
        }
    }

    public ModeOverrideTrust of(Kind kind) {
        long now = all.reading();
        if (now != reading) {
            reading = now;
            forgetDoubts();
        }
        return trusts.computeIfAbsent(kind, made -> new ModeOverrideTrust(made, this::changed));
    }

    /**
     * Records that a response has arrived.
     *
     * @param told whether Envoy sent the attribute with the response's origin
     * @param asked whether the request's body was requested; only then the origin matters
     */
    public void answered(boolean told, boolean asked) {
        if (tellsOrigins) {
            return;
        }
        if (told) {
            tellsOrigins = true;
            all.tells(this);
        } else if (asked && !warned) {
            warned = true;
            all.tellsNot(this, envoy);
        }
    }

    /**
     * Returns whether Envoy has sent the origin of a response on this connection. An Envoy that has sent it once sends
     * it for each response.
     */
    public boolean tellsOrigins() {
        return tellsOrigins;
    }

    private void changed(ModeOverrideTrust trust, Standing before) {
        all.changed(trust, before, envoy);
    }

    /**
     * Forgets all evidence except that of proved overrides. Called after a reload, because the configuration of the
     * engine or of Envoy may have changed.
     */
    private void forgetDoubts() {
        tellsOrigins = false;
        warned = false;
        if (trusts.size() > MAX) {
            end();
        }
        trusts.values().removeIf(trust -> {
            if (!trust.isProved()) {
                all.forget(trust);
            }
            return !trust.isProved();
        });
    }

    /** Drops the state of a closed connection. */
    public void end() {
        all.tells(this);
        trusts.values().forEach(all::forget);
        trusts.clear();
    }
}
