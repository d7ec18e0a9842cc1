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
    /** More than the routes of a configuration that look at bodies: beyond it, what is left of earlier configurations is forgotten. */
    private static final int MAX = 20_000;

    private final IgnoredModeOverrides all;
    private final String envoy;
    private final Map<Kind, ModeOverrideTrust> trusts = new HashMap<>();
    private long reading;
    /** A response has come with the attribute by which Envoy tells who answered. */
    private boolean tellsOrigins;

    private boolean warned;

    /**
     * Nothing is known.
     *
     * @param all of the kernel
     * @param envoy the peer, for people
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
     * A response has come.
     *
     * @param told whether with the attribute that tells who answered
     * @param asked whether to a request whose body was asked for, which makes it matter
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

    /** True if Envoy has told on this connection, by its attribute, who answered: then it does so for each response. */
    public boolean tellsOrigins() {
        return tellsOrigins;
    }

    private void changed(ModeOverrideTrust trust, Standing before) {
        all.changed(trust, before, envoy);
    }

    /** The configuration was read anew. Something may have changed in it, or in Envoy's own, so what was doubted is tried again. */
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
