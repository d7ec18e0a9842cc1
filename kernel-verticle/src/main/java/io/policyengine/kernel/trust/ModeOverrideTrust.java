package io.policyengine.kernel.trust;

import io.policyengine.kernel.envoy.Protocol;
import io.policyengine.kernel.plan.BodyUse;

/**
 * The trust that the Envoy behind one connection honours one kind of mode override on one route, as far as it has shown. Envoy never says
 * so: only what comes, or does not come, shows it; and a client that leaves, or an upstream that breaks off, looks much like a body that is
 * kept back. So only what leaves no other reading counts as ignored. The rest are doubts: after enough of them in a row, bodies are asked
 * for in a way that proves itself. No number of doubts loses the trust, since anybody can raise them. Belongs to the connection's event
 * loop.
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
    /** Requests in a row that went on unseen or were refused by Envoy itself, where it does not tell which. */
    private static final int UNTOLD = 5;

    private static final int UNTOLD_AFTER_PROOF = 50;
    /** The number of requests too long for a proof that may pass in chunks; the first that comes is one of them. */
    private static final int TRIES = 3;

    /**
     * The thing that is asked for, and the route.
     *
     * @param route as the configuration writes it, so that nobody else makes names
     * @param protocol by the first message: an Envoy that is configured anew tells another
     * @param request whether it is about requests
     * @param use what the chain does with the body
     * @param trailers whether the trailers of a body are asked for that Envoy sends by itself
     */
    public record Kind(String route, Protocol protocol, boolean request, BodyUse use, boolean trailers) {
        String direction() {
            return request ? "request" : "response";
        }
    }

    /** The degrees of trust. */
    enum Standing {
        /** Nothing has been shown yet. */
        UNPROVED,
        /** It has come, as asked for. */
        PROVED,
        /** It has failed to come too often: the next exchanges prove it or end. */
        SUSPECT,
        /** It is ignored: nothing is asked for any more. */
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
     * A request went on without its body, or Envoy itself refused it, and does not tell which. One alone may be any client's; many in a
     * row are taken for ignored, since otherwise nothing would end it.
     */
    public void ignoredOrRefused() {
        untold++;
        if (untold >= (onceProved ? UNTOLD_AFTER_PROOF : UNTOLD)) {
            ignored();
        }
    }

    /** Notes that what was asked for did not come, for whatever reason: where exchanges prove themselves, only this one suffers. */
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
