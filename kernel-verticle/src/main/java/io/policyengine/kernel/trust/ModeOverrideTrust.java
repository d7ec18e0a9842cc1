package io.policyengine.kernel.trust;

import io.policyengine.kernel.envoy.ExchangeProtocol;
import io.policyengine.kernel.plan.BodyUse;

/**
 * The evidence that the Envoy of one connection honours one kind of mode override on one route. Envoy never confirms an
 * override; the only evidence is whether the requested messages arrive. They may also be missing because a client
 * disconnects or an upstream aborts. A single case therefore shows an ignored override only if it is unambiguous; all
 * other cases are doubts. After enough consecutive doubts, bodies are requested in a way that proves whether the
 * override is honoured. Doubts alone never lead to the conclusion that it is ignored, because any client can cause
 * them. Confined to the connection's event loop.
 */
public final class ModeOverrideTrust {
    /**
     * The number that a doubtful request adds to the doubts; an honoured request subtracts 1. Doubts thus accumulate if
     * one of two filters on the connection ignores overrides. They do not accumulate if one upstream in ten answers
     * early.
     */
    private static final int REQUEST_DOUBT = 4;

    /**
     * The number of requests that must prove an override before it is no longer suspect, if it had been proved before
     * the doubts. One request suffices if it had never been proved.
     */
    private static final int PROOFS = REQUEST_DOUBT;

    private static final int UNPROVED_REQUEST = 1;
    private static final int PROVED_REQUEST = 4 * REQUEST_DOUBT;
    /**
     * The number of consecutive doubts about responses after which an unproved override becomes suspect. Doubts about
     * responses more often have harmless causes than doubts about requests.
     */
    private static final int UNPROVED_RESPONSE = 3;

    private static final int PROVED_RESPONSE = 20;
    /**
     * The number of consecutive requests, passed without their body or refused, after which an unproved override counts
     * as ignored. It applies if Envoy does not report which of the two happened.
     */
    private static final int UNTOLD = 5;

    private static final int UNTOLD_AFTER_PROOF = 50;
    /**
     * Maximum number of requests whose bodies are requested in chunks although the override is suspect and was never
     * proved. The bodies of these requests are too long to prove it.
     */
    private static final int TRIES = 3;

    /**
     * The kind of an override, and its route.
     *
     * @param route the route as written in the configuration, so that clients cannot invent names
     * @param protocol the protocol in the first message; a reconfigured Envoy sends another one
     * @param request whether the override concerns requests
     * @param use how the chain uses the body
     * @param trailers whether the override requests only trailers, because Envoy sends the body anyway
     */
    public record Kind(String route, ExchangeProtocol protocol, boolean request, BodyUse use, boolean trailers) {
        String direction() {
            return request ? "request" : "response";
        }
    }

    /** The degrees of trust in Envoy to honour a mode override. */
    enum Standing {
        /** No evidence exists yet. */
        UNPROVED,
        /** The requested messages have arrived. */
        PROVED,
        /** The requested messages were missing too often. The next exchanges must prove the override or fail. */
        SUSPECT,
        /** Envoy ignores the override, which is no longer requested. */
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
     * Records that the requested messages arrived. This never restores lost trust, because the same connection may
     * serve both filters that honour overrides and filters that ignore them.
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

    /**
     * Records that a message passed without its requested parts, with no other explanation than an ignored override.
     */
    public void ignored() {
        change(Standing.LOST);
    }

    /**
     * Records that a request passed without its body or was refused, but Envoy does not report which. Any client can
     * cause a single such request. Many consecutive ones count as an ignored override, because nothing else would
     * resolve the doubt.
     */
    public void ignoredOrRefused() {
        untold++;
        if (untold >= (onceProved ? UNTOLD_AFTER_PROOF : UNTOLD)) {
            ignored();
        }
    }

    /**
     * Records that the requested messages did not arrive, for whatever reason. Has no effect once exchanges must prove
     * the override.
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

    /**
     * Returns whether a body that is too long to prove the override may be requested in chunks although the override is
     * suspect. Each call counts as a try, unless the override was proved before.
     */
    public boolean mayTry() {
        return onceProved || tries++ < TRIES;
    }

    /** Returns whether the messages that the override requests have arrived at least once. */
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

    /**
     * Returns whether the messages that the override requests have arrived at least once, and have rarely been missing
     * since.
     */
    public boolean isProved() {
        return standing == Standing.PROVED;
    }

    /** Returns whether an exchange must prove that the override is honoured before any part of it passes. */
    public boolean isSuspect() {
        return standing == Standing.SUSPECT;
    }

    /** Returns whether Envoy ignores the override. An exchange whose chain depends on it must then be refused. */
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
