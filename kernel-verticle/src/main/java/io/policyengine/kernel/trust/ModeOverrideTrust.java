package io.policyengine.kernel.trust;

import io.policyengine.kernel.envoy.ExchangeProtocol;
import io.policyengine.kernel.plan.BodyUse;

/**
 * The evidence that the Envoy of one connection honours one kind of mode override on one route. Envoy never confirms
 * it: only messages that arrive, or do not, are evidence; and a disconnecting client, or an aborting upstream, looks
 * like a withheld body. So only unambiguous cases count as ignored. The others are doubts: after enough consecutive
 * ones, bodies are requested in a way that proves itself. Doubts never lose the trust, since any client can cause them.
 * Confined to the connection's event loop.
 */
public final class ModeOverrideTrust {
    /**
     * The weight of a doubt about a request; a request that is honoured takes 1 back. So in an Envoy with two filters, one of which ignores
     * overrides, the other does not make up for it. Where one upstream in ten answers early, doubts still hardly ever add up.
     */
    private static final int REQUEST_DOUBT = 4;

    /** The number of requests that have to prove themselves if one was proved before the doubts; otherwise one has to. */
    private static final int PROOFS = REQUEST_DOUBT;

    private static final int UNPROVED_REQUEST = 1;
    private static final int PROVED_REQUEST = 4 * REQUEST_DOUBT;
    /** Doubts in a row about responses, which have harmless causes more often. */
    private static final int UNPROVED_RESPONSE = 3;

    private static final int PROVED_RESPONSE = 20;
    /** Limit of consecutive requests that passed unseen or were refused by Envoy, if it does not report which. */
    private static final int UNTOLD = 5;

    private static final int UNTOLD_AFTER_PROOF = 50;
    /** The number of requests too long for a proof that may pass in chunks; the first that comes is one of them. */
    private static final int TRIES = 3;

    /**
     * The kind of override and the route.
     *
     * @param route as written in the configuration, so that clients cannot create names
     * @param protocol of the first message: a reconfigured Envoy sends another
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
        /** There is no evidence yet. */
        UNPROVED,
        /** The requested messages have arrived. */
        PROVED,
        /** The messages were missing too often: the next exchanges prove it or end. */
        SUSPECT,
        /** The override is ignored, and no longer requested. */
        LOST
    }

    /** The listener for changes. */
    @FunctionalInterface
    interface Changes {
        /** The trust was of another standing before. */
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

    /** The thing that is asked for, and the route. */
    public Kind kind() {
        return kind;
    }

    Standing standing() {
        return standing;
    }

    /**
     * Notes that what was asked for came. That does not restore trust once it is lost: filters of both sorts may be behind one connection.
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

    /** A message went on without what was asked for, and nothing else explains it. */
    public void ignored() {
        change(Standing.LOST);
    }

    /**
     * Records a request that passed without its body, or was refused by Envoy, which does not report which. A single
     * one may be caused by any client; many consecutive ones count as ignored, since otherwise nothing would end it.
     */
    public void ignoredOrRefused() {
        untold++;
        if (untold >= (onceProved ? UNTOLD_AFTER_PROOF : UNTOLD)) {
            ignored();
        }
    }

    /**
     * Records that the requested messages did not arrive, for any reason: if exchanges prove themselves, only this one
     * is affected.
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

    /** True if a request that cannot prove anything may go in chunks although it is suspect; each question counts. */
    public boolean mayTry() {
        return onceProved || tries++ < TRIES;
    }

    /** True if what was asked for has come at any time. */
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

    /** True if what was asked for has come, and since then not been missing too often. */
    public boolean isProved() {
        return standing == Standing.PROVED;
    }

    /** True if an exchange has to prove that it is honoured before anything of it goes on. */
    public boolean isSuspect() {
        return standing == Standing.SUSPECT;
    }

    /** True if overrides are ignored, so that a chain which depends on one must be refused. */
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
