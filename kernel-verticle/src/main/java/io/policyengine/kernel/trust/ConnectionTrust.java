package io.policyengine.kernel.trust;

import io.policyengine.kernel.trust.ModeOverrideTrust.Kind;
import io.policyengine.kernel.trust.ModeOverrideTrust.Standing;
import java.util.HashMap;
import java.util.Map;

/**
 * The trust that the Envoy behind one connection honours overrides. Bounded by the routes of the configuration, and gone with the
 * connection; belongs to its event loop.
 */
public final class ConnectionTrust {
    /**
     * Limit above the number of body-reading routes of a configuration: beyond it, entries of earlier configurations
     * are dropped.
     */
    private static final int MAX = 20_000;

    private final IgnoredModeOverrides all;
    private final String envoy;
    private final Map<Kind, ModeOverrideTrust> trusts = new HashMap<>();
    private long reading;
    /** True if a response carried the attribute by which Envoy reports the origin of responses. */
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

    /** The trust in an override of this kind. */
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
     * True if Envoy has sent the origin of a response on this connection by its attribute: then it does so for each
     * response.
     */
    public boolean tellsOrigins() {
        return tellsOrigins;
    }

    private void changed(ModeOverrideTrust trust, Standing before) {
        all.changed(trust, before, envoy);
    }

    /** Resets doubts after a reload, since the configuration or Envoy's own may have changed. */
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

    /** The connection is gone. */
    public void end() {
        all.tells(this);
        trusts.values().forEach(all::forget);
        trusts.clear();
    }
}
