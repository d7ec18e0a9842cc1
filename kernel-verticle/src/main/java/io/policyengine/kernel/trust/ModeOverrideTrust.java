package io.policyengine.kernel.trust;

import io.policyengine.kernel.envoy.ExchangeProtocol;
import io.policyengine.kernel.plan.BodyUse;

/**
 * The evidence that the Envoy of one connection honours one kind of mode override on one route. Envoy never confirms
 * overrides: the only evidence is whether the requested messages arrive. But a disconnecting client, or an aborting
 * upstream, looks like a withheld body. So only unambiguous cases count as ignored. The others are doubts: after enough
 * consecutive ones, bodies are requested in a way that proves itself. Doubts never lose the trust, since any client can
 * cause them. Confined to the connection's event loop.
 */
public final class ModeOverrideTrust {
    /**
     * The weight of a doubt about a request; an honoured request subtracts 1. So if one of two filters ignores
     * overrides, the other cannot compensate for it. If one upstream in ten answers early, doubts still hardly add up.
     */
    private static final int REQUEST_DOUBT = 4;

    /**
     * The number of proving requests that end suspicion if the override was proved before the doubts; otherwise one
     * suffices.
     */
    private static final int PROOFS = REQUEST_DOUBT;

    private static final int UNPROVED_REQUEST = 1;
    private static final int PROVED_REQUEST = 4 * REQUEST_DOUBT;
    /**
     * The consecutive doubts about responses that make an unproved override suspect. Their causes are more often
     * harmless.
     */
    private static final int UNPROVED_RESPONSE = 3;

    private static final int PROVED_RESPONSE = 20;
    /**
     * The consecutive requests, unseen or refused for an unreported cause, after which an unproved override counts as
     * ignored.
     */
    private static final int UNTOLD = 5;

    private static final int UNTOLD_AFTER_PROOF = 50;
    /** The number of suspect requests, too long for a proof, that may pass in chunks. */
    private static final int TRIES = 3;

    /**
     * The kind of override and the route.
     *
     * @param route as written in the configuration, so that clients cannot create names
     * @param protocol of the first message; a reconfigured Envoy sends another one
     * @param request whether it concerns requests
     * @param use the chain's use of the body
     * @param trailers whether trailers are requested that Envoy would send by itself
     */
    public record Kind(String route, ExchangeProtocol protocol, boolean request, BodyUse use, boolean trailers) {
        String direction() {
            return request ? "request" : "response";
        }
    }

    /** The degrees of trust. */
    enum Standing {
        /** No evidence exists yet. */
        UNPROVED,
        /** The requested messages have arrived. */
        PROVED,
        /** The messages were missing too often: the next exchanges must prove the override or fail. */
        SUSPECT,
        /** The override is ignored, and no longer requested. */
        LOST
    }

    @FunctionalInterface
    interface Changes {
        void changed(ModeOverrideTrust trust, Standing before);
    }

    private final Kind kind;
    private final Changes changes;
    private Standing standing = Standing.UNPROVED;
    private boolean onceProved;
    private int doubts;
    private int proofs;
    private int untold;
    private int tries;

    ModeOverrideTrust(Kind kind, Changes changes) {
        this.kind = kind;
        this.changes = changes;
    }

    public Kind kind() {
        return kind;
    }

    Standing standing() {
        return standing;
    }

    /**
     * Records that the requested messages arrived. That never restores lost trust: one connection may serve filters of
     * both kinds.
     */
    public void honoured() {
        if (standing == Standing.LOST) {
            return;
        }
        untold = 0;
        tries = 0;
        if (standing == Standing.SUSPECT) {
            proofs++;
            if (kind.request() && onceProved && proofs < PROOFS) {
                return;
            }
            doubts = 0;
        }
        onceProved = true;
        doubts = kind.request() ? Math.max(0, doubts - 1) : 0;
        change(Standing.PROVED);
    }

    /** Records a message that passed without the requested override, with no other explanation. */
    public void ignored() {
        change(Standing.LOST);
    }

    /**
     * Records a request that passed without its body, or was refused by an Envoy that does not report which. Any client
     * can cause a single one. Many consecutive ones count as ignored, since nothing else would end the doubt.
     */
    public void ignoredOrRefused() {
        untold++;
        if (untold >= (onceProved ? UNTOLD_AFTER_PROOF : UNTOLD)) {
            ignored();
        }
    }

    /**
     * Records that the requested messages did not arrive, for any reason. Once exchanges must prove themselves, only
     * this exchange is affected.
     */
    public void doubted() {
        if (standing == Standing.UNPROVED || standing == Standing.PROVED) {
            doubts += kind.request() ? REQUEST_DOUBT : 1;
            if (doubts >= maxDoubts()) {
                proofs = 0;
                change(Standing.SUSPECT);
            }
        }
    }

    /** Returns whether a suspect request that cannot prove anything may pass in chunks. Each call counts as a try. */
    public boolean mayTry() {
        return onceProved || tries++ < TRIES;
    }

    /** Returns whether the requested messages have ever arrived. */
    public boolean wasProved() {
        return onceProved;
    }

    private int maxDoubts() {
        return switch (standing) {
            case UNPROVED -> kind.request() ? UNPROVED_REQUEST : UNPROVED_RESPONSE;
            case PROVED -> kind.request() ? PROVED_REQUEST : PROVED_RESPONSE;
            case SUSPECT, LOST -> Integer.MAX_VALUE;
        };
    }

    /** Returns whether the requested messages arrived, and have not been missing too often since. */
    public boolean isProved() {
        return standing == Standing.PROVED;
    }

    /** Returns whether an exchange must prove that the override is honoured before any part of it passes. */
    public boolean isSuspect() {
        return standing == Standing.SUSPECT;
    }

    /** Returns whether overrides are ignored, so that a chain which depends on one must be refused. */
    public boolean isLost() {
        return standing == Standing.LOST;
    }

    private void change(Standing next) {
        Standing before = standing;
        standing = next;
        if (before != next) {
            changes.changed(this, before);
        }
    }
}
