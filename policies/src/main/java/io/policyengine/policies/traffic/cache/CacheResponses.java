package io.policyengine.policies.traffic.cache;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.policies.traffic.cache.entry.CacheKey;
import io.policyengine.policies.traffic.cache.entry.StoredResponse;
import io.policyengine.policies.traffic.cache.entry.Variant;
import io.policyengine.policies.traffic.cache.rules.Freshness;
import io.policyengine.policies.traffic.cache.rules.Storability;
import io.policyengine.policies.traffic.cache.rules.Vary;
import io.policyengine.policies.traffic.shared.cachecontrol.CacheDirectives;
import io.policyengine.policies.traffic.shared.storedresponse.BodyCopy;
import io.policyengine.policies.traffic.shared.storedresponse.KeptFields;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The response phase of {@code cache}: stores the response, replaces it by a stored one, or invalidates the changed
 * resource.
 */
final class CacheResponses {
    /** Statuses of responses that a stale response may replace (RFC 5861 §4). */
    private static final Set<Integer> ERRORS = Set.of(500, 502, 503, 504);

    private static final Buffer NOTHING = Buffer.buffer();

    private final CacheState state;
    private final Replacement replacement;

    CacheResponses(CacheState state) {
        this.state = state;
        this.replacement = new Replacement(state.params().denialFormat());
    }

    Future<ResponseOutcome> decide(ResponseContext context) {
        Fetch fetch = state.fetches().get(context.call());
        if (fetch == null) {
            return unknown(context);
        }
        CacheKey key = fetch.start().key();
        if (key == null) {
            return changed(context, fetch);
        }
        StoredResponse stale = fetch.stale();
        long now = now(fetch);
        int status = context.response().status();
        if (stale != null && fetch.start().asks() && status == 304) {
            return confirmed(context, fetch, key, stale, now);
        }
        if (stale != null
                && ERRORS.contains(status)
                && -stale.freshFor(now) < stale.validity().ifError()) {
            fetch.land(true);
            String mark = CacheStatus.forwarded(fetch.start().why(), status, false, 0, "stale-if-error");
            return replacement.by(stale, stale.headers(), context.response(), stale.age(now), mark, true);
        }
        return store(context, fetch, key, now);
    }

    /** Handles the response to a request that bypassed the cache, or whose fetch is no longer known. */
    private Future<ResponseOutcome> unknown(ResponseContext context) {
        CacheStatus.Forward why = forward(context.metadata());
        if (why != null) {
            return marked(CacheStatus.forwarded(why, 0, false, 0, ""));
        }
        boolean isAnswerToUs = context.metadata().text(CacheState.KEY) != null
                && context.response().status() == 304
                && !context.originalRequest().headers().contains("if-none-match")
                && !context.originalRequest().headers().contains("if-modified-since");
        return isAnswerToUs ? replacement.lost() : ResponseOutcome.unchanged();
    }

    private static CacheStatus.@Nullable Forward forward(Metadata metadata) {
        String text = metadata.text(CacheState.KEY);
        for (CacheStatus.Forward why : CacheStatus.Forward.values()) {
            if (why.name().equals(text)) {
                return why;
            }
        }
        return null;
    }

    private static Future<ResponseOutcome> marked(String mark) {
        return ResponseOutcome.proceed(List.of(new AppendHeader(CacheStatus.FIELD, mark)));
    }

    /**
     * Invalidates the resources that an unsafe method changed (RFC 9111 §4.4). The response passes even if the store
     * fails.
     */
    private Future<ResponseOutcome> changed(ResponseContext context, Fetch fetch) {
        String mark = CacheStatus.forwarded(CacheStatus.Forward.METHOD, 0, false, 0, "");
        int status = context.response().status();
        if (status < 200 || status > 399) {
            return marked(mark);
        }
        List<Future<Boolean>> done = InvalidatedTargets.of(fetch.start(), context).stream()
                .map(resource -> state.answers().invalidate(context.call(), resource))
                .toList();
        return Future.join(done).transform(_ -> marked(mark));
    }

    /**
     * Returns the store's current time in microseconds: the store's time at the request, plus the time that has passed
     * since.
     */
    private long now(Fetch fetch) {
        long nanos = state.env().ticker().nanoTime() - fetch.start().startedAt();
        return fetch.start().requestedAt() + TimeUnit.NANOSECONDS.toMicros(nanos);
    }

    private Future<ResponseOutcome> confirmed(
            ResponseContext context, Fetch fetch, CacheKey key, StoredResponse stale, long now) {
        HeaderMap fresh = context.response().headers();
        HeaderMap headers = StoredFields.confirmed(
                stale.headers(), fresh, state.env().clock().millis());
        ResponseView whole = new ResponseView(stale.status(), headers, stale.body());
        Judged judged = judge(fetch, whole, fresh, context.request(), now);
        Fetch.Draft draft = judged.draft(key, state.params().revalidateS());
        if (draft != null) {
            write(fetch, draft, stale.body());
        } else {
            fetch.land(false);
        }
        String mark =
                CacheStatus.forwarded(fetch.start().why(), 304, draft != null, judged.ttl(), judged.refusalOr(""));
        return replacement.by(
                stale, headers, context.response(), judged.answer().age(now), mark, false);
    }

    private Future<ResponseOutcome> store(ResponseContext context, Fetch fetch, CacheKey key, long now) {
        ResponseView response = context.response();
        Judged judged = judge(fetch, response, response.headers(), context.request(), now);
        Fetch.Draft draft = judged.draft(key, state.params().revalidateS());
        Buffer body = response.body();
        if (draft == null) {
            if (ERRORS.contains(response.status())) {
                fetch.end();
            } else {
                fetch.land(false);
            }
        } else if (body == null) {
            fetch.drafts(draft);
        } else if (response.hasWholeBody()) {
            write(fetch, draft, body.copy());
        } else {
            fetch.land(false);
        }
        return marked(CacheStatus.forwarded(fetch.start().why(), 0, draft != null, judged.ttl(), judged.refusalOr("")));
    }

    /**
     * The decision whether a response is stored.
     *
     * @param answer the response without its body
     * @param refusal the reason why the response is not stored, or null
     */
    private record Judged(
            StoredResponse answer,
            Variant variant,
            @Nullable String refusal) {
        Fetch.@Nullable Draft draft(CacheKey key, long staleSeconds) {
            return refusal == null ? new Fetch.Draft(key, variant, answer, staleSeconds) : null;
        }

        String refusalOr(String other) {
            return refusal == null ? other : refusal;
        }

        long ttl() {
            return answer.validity().lifetime() - answer.validity().initialAge();
        }
    }

    /**
     * Decides whether a response is stored.
     *
     * @param response the response with all its fields, and with its body if it is buffered
     * @param arrived fields of the message that has just arrived
     * @param sent the request as sent upstream
     */
    private Judged judge(Fetch fetch, ResponseView response, HeaderMap arrived, RequestView sent, long now) {
        CacheParams params = state.params();
        Fetch.Start start = fetch.start();
        HeaderMap headers = response.headers();
        long millis = state.env().clock().millis();
        CacheDirectives directives =
                CacheDirectives.ofResponse(headers, state.freshness().targeted());
        Freshness freshness = Freshness.of(
                headers,
                directives,
                state.freshness().targeted(),
                state.freshness().defaults(),
                millis);
        long delay = TimeUnit.MICROSECONDS.toMillis(now - start.requestedAt());
        StoredResponse answer = new StoredResponse(
                response.status(),
                StoredFields.of(headers, millis),
                NOTHING,
                start.requestedAt(),
                now,
                new StoredResponse.Validity(
                        Freshness.initialAge(arrived, delay, millis),
                        freshness.lifetime(),
                        directives.has("no-cache"),
                        !Freshness.mustRevalidate(directives),
                        freshness.whileRevalidating(),
                        freshness.ifError()));
        List<String> names = Vary.namesIn(headers);
        Variant variant =
                names == null ? Variant.ONLY : Variant.of(names, start.request().headers());
        long length = headers.contains("content-encoding") ? -1 : length(arrived);
        String refusal = Storability.refusal(
                response.status(),
                headers,
                directives,
                freshness,
                start.isAuthorized(),
                params.setCookie() == CacheParams.SetCookie.STRIP);
        if (refusal == null && !isSame(start.request(), sent, variant.names())) {
            refusal = "rewritten";
        } else if (refusal == null && isTooLong(answer.headers(), response.body(), length)) {
            refusal = "too-long";
        }
        return new Judged(answer, variant, refusal);
    }

    private boolean isTooLong(HeaderMap kept, @Nullable Buffer body, long stated) {
        long length = Math.max(stated, body == null ? 0 : body.length());
        return length > state.maxBodyBytes() || !KeptFields.canBeGiven(kept);
    }

    private static long length(HeaderMap headers) {
        String stated = headers.get("content-length");
        try {
            return stated == null ? -1 : Long.parseLong(stated);
        } catch (NumberFormatException none) {
            return Long.MAX_VALUE;
        }
    }

    /**
     * Returns whether later policies left the parts of the request that form the key unchanged. If they did not, the
     * response must not be stored under the key.
     */
    private static boolean isSame(RequestView keyed, RequestView sent, List<String> vary) {
        return keyed.method().equals(sent.method())
                && keyed.scheme().equals(sent.scheme())
                && keyed.authority().equals(sent.authority())
                && keyed.rawPath().equals(sent.rawPath())
                && Vary.values(vary, keyed.headers()).equals(Vary.values(vary, sent.headers()));
    }

    /** Returns a filter that copies the body of a response to be stored. */
    ChunkFilter<ChunkOutcome> chunks(ResponseContext context) {
        Fetch fetch = state.fetches().get(context.call());
        Fetch.Draft draft = fetch == null ? null : fetch.draft();
        if (fetch == null || draft == null) {
            return ChunkFilter.none();
        }
        return new BodyCopy(state.maxBodyBytes(), state.budget(), new BodyCopy.Taker() {
            @Override
            public void tooLong() {
                fetch.land(false);
            }

            @Override
            public Future<?> brokenOff() {
                fetch.land(false);
                return Future.succeededFuture();
            }

            @Override
            public Future<?> ended(@Nullable Buffer body) {
                if (body != null) {
                    write(fetch, draft, body);
                }
                return Future.succeededFuture();
            }
        });
    }

    /** Stores a response with its complete body, and notifies waiting requests. */
    private void write(Fetch fetch, Fetch.Draft draft, Buffer body) {
        StoredResponse whole = draft.answer().withBody(body);
        state.answers()
                .store(draft.key(), draft.variant(), whole, draft.staleSeconds())
                .onComplete((_, failure) -> {
                    if (failure == null) {
                        fetch.land(!whole.validity().asks() && whole.validity().lifetime() > 0);
                    } else {
                        fetch.end();
                    }
                });
    }
}
