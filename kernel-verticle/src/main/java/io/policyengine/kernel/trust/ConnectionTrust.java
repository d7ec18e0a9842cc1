package io.policyengine.kernel.trust;

import io.policyengine.kernel.trust.ModeOverrideTrust.Kind;
import io.policyengine.kernel.trust.ModeOverrideTrust.Standing;
import java.util.HashMap;
import java.util.Map;

/**
 * The trust that the Envoy behind one connection honours mode overrides. Bounded by the routes of the configuration.
 * Confined to the connection's event loop, and dropped with the connection.
 */
public final class ConnectionTrust {
    /** The maximum mode overrides that a connection keeps across a reload; beyond it, the reload drops them all. */
    private static final int MAX = 20_000;

    private final IgnoredModeOverrides all;
    private final String envoy;
    private final Map<Kind, ModeOverrideTrust> trusts = new HashMap<>();
    private long reading;
    /** True if Envoy has sent the attribute with the origin of responses. */
    private boolean tellsOrigins;

    private boolean warned;

    /**
     * Creates the initial state.
     *
     * @param all of the kernel
     * @param envoy the peer, for users
     */
    public ConnectionTrust(IgnoredModeOverrides all, String envoy) {
        this.all = all;
        this.envoy = envoy;
        this.reading = all.reading();
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
     * Records a response.
     *
     * @param told whether it has the attribute with its origin
     * @param asked whether the request's body was requested, for which the attribute matters
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
     * Returns whether Envoy has sent the origin of a response on this connection: then it does so for each response.
     */
    public boolean tellsOrigins() {
        return tellsOrigins;
    }

    private void changed(ModeOverrideTrust trust, Standing before) {
        all.changed(trust, before, envoy);
    }

    /** Resets doubts after a reload, since the engine's configuration or Envoy's may have changed. */
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
