package io.policyengine.policies.traffic.cache;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.DenialCode;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.CacheMeter;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.traffic.cache.entry.CacheKey;
import io.policyengine.policies.traffic.cache.entry.CacheRead;
import io.policyengine.policies.traffic.cache.entry.StoredResponse;
import io.policyengine.policies.traffic.cache.rules.HttpDate;
import io.policyengine.policies.traffic.cache.rules.Preconditions;
import io.policyengine.policies.traffic.cache.rules.Storability;
import io.policyengine.policies.traffic.shared.cachecontrol.CacheDirectives;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.StringNode;

/**
 * The request phase of {@code cache}: answers from the store, waits for a response that is being fetched, or passes the
 * request to the upstream.
 */
final class CacheRequests {
    /** Methods that change no resource, but are not answered from the cache. */
    private static final Set<String> SAFE = Set.of("OPTIONS", "TRACE", "CONNECT", "");

    /** Fields by which frameworks override the method of a request. */
    private static final List<String> OVERRIDES =
            List.of("x-http-method-override", "x-http-method", "x-method-override");

    /** The instruction that marks a request, for the response phase, as one whose response the cache awaits. */
    private static final SetMetadata AWAITED = new SetMetadata(CacheState.KEY, StringNode.valueOf(CacheState.FETCHED));

    private static final Future<RequestOutcome> BYPASS = forwarded(CacheStatus.Forward.BYPASS);

    private final CacheState state;
    private final CacheParams params;
    private final CacheMeter meter;
    private final Duration longestWait;
    private final Future<RequestOutcome> notStored;
    private final Future<RequestOutcome> unavailable;

    CacheRequests(CacheState state) {
        this.state = state;
        this.params = state.params();
        this.meter = state.env().cacheMeter("answers");
        this.longestWait = Duration.ofMillis(params.waitMs());
        this.notStored = denial(504, CacheCode.NOT_STORED, "No stored answer may be used");
        this.unavailable = denial(503, CacheCode.CACHE_UNAVAILABLE, "The store of answers is not available");
    }

    private Future<RequestOutcome> denial(int status, DenialCode code, String message) {
        ImmediateResponse answer = new Denial(status, code, message, DenialReason.POLICY_DENIED)
                .response(params.denialFormat())
                .withHeader("cache-control", "no-store");
        return RequestOutcome.respond(answer);
    }

    private static Future<RequestOutcome> forwarded(CacheStatus.Forward why) {
        return RequestOutcome.proceed(List.of(new SetMetadata(CacheState.KEY, StringNode.valueOf(why.name()))));
    }

    /**
     * A request that is looked up, with its cache directives.
     *
     * @param hasWaited true if it waited for a response that another request fetched
     * @param lead the flight that this request leads because the previous leader ended without a response; otherwise
     *     null
     */
    private record Asked(
            RequestContext context,
            CacheKey key,
            CacheDirectives directives,
            boolean hasWaited,
            Flights.@Nullable Flight lead) {
        RequestView request() {
            return context.request();
        }

        Call call() {
            return context.call();
        }

        Asked after(Optional<Flights.Flight> turn) {
            return new Asked(context, key, directives, true, turn.orElse(null));
        }

        /** If this request leads a flight, makes all requests that wait for it look up the response in the store. */
        void letAllLook() {
            if (lead != null) {
                lead.land(true);
            }
        }

        void letAnotherLead() {
            if (lead != null) {
                lead.crash();
            }
        }

        /** Returns whether the request is for a complete response, which may be stored. */
        boolean isPlain() {
            return request().method().equals("GET")
                    && !request().headers().contains("range")
                    && !Preconditions.areIn(request().headers());
        }
    }

    Future<RequestOutcome> decide(RequestContext context) {
        RequestView request = context.request();
        if (SAFE.contains(request.method())
                || request.authority().isEmpty()
                || request.path().isEmpty()) {
            return BYPASS;
        }
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return changes(context);
        }
        CacheDirectives directives = params.requestDirectives()
                ? CacheDirectives.ofRequest(request.headers())
                : CacheDirectives.ofRequest(HeaderMap.empty());
        if (isForUpstreamAlone(request)
                || directives.has("no-store")
                || !state.partition().isExact(context)) {
            return BYPASS;
        }
        return look(new Asked(context, state.partition().keyOf(context), directives, false, null));
    }

    /**
     * Returns whether the response may depend on more than the key: on a body, on another method, or on the resource's
     * state.
     */
    private static boolean isForUpstreamAlone(RequestView request) {
        HeaderMap headers = request.headers();
        Buffer body = request.body();
        String length = headers.get("content-length");
        return body == null
                || body.length() > 0
                || headers.contains("transfer-encoding")
                || (length != null && !length.equals("0"))
                || headers.contains("upgrade")
                || OVERRIDES.stream().anyMatch(headers::contains)
                || Preconditions.areForUpstream(headers);
    }

    private Future<RequestOutcome> changes(RequestContext context) {
        Fetch fetch = new Fetch(start(context, null, CacheStatus.Forward.METHOD, 0, false), null, null, state.budget());
        return state.fetches().put(context.call(), fetch) ? RequestOutcome.proceed(List.of(AWAITED)) : BYPASS;
    }

    private Fetch.Start start(
            RequestContext context, @Nullable CacheKey key, CacheStatus.Forward why, long now, boolean asks) {
        return Fetch.Start.of(context, key, state, why, now, asks);
    }

    private Future<RequestOutcome> look(Asked asked) {
        return state.answers()
                .find(asked.call(), asked.key(), asked.request())
                .transform(read -> read.succeeded()
                        ? answer(asked, read.result().atMost(state.env().maxBodyBytes()))
                        : withoutStore(asked, read.cause()));
    }

    /**
     * Handles a failed store operation. If the store has failed, all waiting requests try the store themselves. If the
     * call was cancelled, one waiting request becomes the leader.
     */
    private Future<RequestOutcome> withoutStore(Asked asked, Throwable cause) {
        if (asked.call().cancellation().isCancelled() || !CacheState.isMissing(cause)) {
            asked.letAnotherLead();
            return Future.failedFuture(cause);
        }
        asked.letAllLook();
        return params.onStoreFailure() == CacheParams.OnStoreFailure.DENY
                ? unavailable
                : forwarded(CacheStatus.Forward.BYPASS);
    }

    private Future<RequestOutcome> answer(Asked asked, CacheRead found) {
        StoredResponse stored = found.answer();
        Use use = Use.of(stored, found.now(), asked.directives());
        if (stored != null && use == Use.FRESH) {
            asked.letAllLook();
            meter.hit();
            return serve(asked, stored, found.now(), asked.hasWaited() ? "collapsed" : "");
        }
        if (asked.directives().has("only-if-cached")) {
            meter.miss();
            return notStored;
        }
        String flight = asked.key().answers();
        if (stored != null
                && use == Use.STALE_WHILE_REVALIDATING
                && asked.lead() == null
                && state.flights().isUnderWay(flight, longestWait)) {
            meter.stale();
            return serve(asked, stored, found.now(), "stale-while-revalidate");
        }
        boolean isCollapsed = asked.request().method().equals("GET")
                && use != Use.REFUSED
                && !longestWait.isZero()
                && !asked.hasWaited()
                && !state.flights().isHopeless(flight);
        if (!isCollapsed) {
            return forward(asked, found, use, asked.lead());
        }
        Flights.Flight lead = asked.isPlain() ? state.flights().lead(flight, longestWait) : null;
        Future<Optional<Flights.Flight>> landing = lead == null
                ? state.flights()
                        .join(flight, asked.call(), patience(asked.call()), params.maxWaiting(), asked.isPlain())
                : null;
        return landing == null ? forward(asked, found, use, lead) : landing.compose(turn -> look(asked.after(turn)));
    }

    /**
     * Returns how long a request may wait for another: at most half of its remaining time, so that the rest is left for
     * the upstream.
     */
    private Duration patience(Call call) {
        long left = call.deadlineNanos() - state.env().ticker().nanoTime();
        return Duration.ofNanos(Math.clamp(left / 2, 0, longestWait.toNanos()));
    }

    private static Future<RequestOutcome> serve(Asked asked, StoredResponse stored, long now, String detail) {
        return RequestOutcome.respond(StoredAnswer.to(asked.request(), stored, now, detail));
    }

    private Future<RequestOutcome> forward(Asked asked, CacheRead found, Use use, Flights.@Nullable Flight lead) {
        CacheStatus.Forward why = use.why(found);
        if (why == CacheStatus.Forward.STALE) {
            meter.stale();
        } else {
            meter.miss();
        }
        if (asked.request().method().equals("HEAD")) {
            return forwarded(why);
        }
        List<RequestInstruction> instructions = new ArrayList<>(4);
        HeaderMap headers = asked.request().headers();
        if (headers.contains("accept-encoding")) {
            // Stored bodies have no coding, so that they suit all clients; decoding would cost the response its ETag.
            instructions.add(new RemoveHeader("accept-encoding"));
        }
        StoredResponse stale = found.answer();
        boolean isKept =
                stale != null && stale.hasAge(found.now()) && state.budget().tryTake(stale.bytes());
        boolean asks = stale != null && isKept && asked.isPlain() && ask(stale.headers(), instructions);
        Fetch fetch = new Fetch(
                start(asked.context(), asked.key(), why, found.now(), asks),
                isKept ? stale : null,
                lead,
                state.budget());
        if (!state.fetches().put(asked.call(), fetch)) {
            fetch.end();
            return forwarded(CacheStatus.Forward.BYPASS);
        }
        instructions.add(AWAITED);
        return RequestOutcome.proceed(instructions);
    }

    /**
     * Adds instructions that make the request conditional on a stored response's validators; returns false if there are
     * none.
     */
    private static boolean ask(HeaderMap stored, List<RequestInstruction> instructions) {
        String tag = stored.get("etag");
        if (tag != null) {
            instructions.add(new SetHeader("if-none-match", tag));
        }
        String modified = stored.get("last-modified");
        if (modified != null && HttpDate.of(stored, "last-modified") >= 0) {
            instructions.add(new SetHeader("if-modified-since", modified));
        }
        return Storability.hasValidator(stored);
    }
}
