package io.policyengine.policies.ai.semanticcache;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.instruction.StoredAnswerReason;
import io.policyengine.core.policy.CacheMeter;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.PerExchange;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.work.Work;
import io.policyengine.policies.ai.semanticcache.entry.EntryLookup;
import io.policyengine.policies.ai.semanticcache.entry.FindEntry;
import io.policyengine.policies.ai.semanticcache.entry.ReadVectors;
import io.policyengine.policies.ai.semanticcache.entry.Vector;
import io.policyengine.policies.ai.semanticcache.question.ModelQuestion;
import io.policyengine.policies.ai.semanticcache.question.UnfitRequestException;
import io.policyengine.policies.ai.semanticcache.vector.Embedding;
import io.policyengine.policies.ai.semanticcache.vector.Rounded;
import io.policyengine.policies.traffic.shared.cachecontrol.CacheDirectives;
import io.policyengine.policies.traffic.shared.storedresponse.KeptAnswer;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.StringNode;

/**
 * The request phase of {@code semanticCache}: answers from the store, or passes the request to the upstream. A question
 * with the same text is found without a vector. A vector is requested only if the store has vectors to compare it with.
 * After any failure the request goes to the upstream.
 */
final class CacheLookup {
    /** Metadata key of the lookup's result: hit, miss, request or bypass. */
    static final String STATUS = "semantic_cache.status";

    /** Metadata key of the reason for the result, if there is one. */
    static final String DETAIL = "semantic_cache.detail";

    /** Metadata key of the cosine similarity between the question and the stored question of a hit. */
    static final String SIMILARITY = "semantic_cache.similarity";

    private static final String REASON = StoredAnswerReason.SEMANTIC_CACHE_HIT.code();

    /**
     * Maximum size of vectors that are compared on the event loop, in bytes. Comparing them takes about 100
     * microseconds.
     */
    private static final int SHORT = 128 << 10;

    private final SemanticCacheState state;
    private final PerExchange<PendingQuestion> waitings;
    private final CacheMeter meter;
    private final @Nullable String skipHeader;

    CacheLookup(SemanticCacheState state, PerExchange<PendingQuestion> waitings) {
        this.state = state;
        this.waitings = waitings;
        this.meter = state.env().cacheMeter("answers");
        String skip = state.params().skipHeader();
        this.skipHeader = skip == null ? null : HeaderMap.lowerCase(skip);
    }

    /**
     * A question that is being looked up.
     *
     * @param isNewWanted true if the client wants a new response, which may be stored
     */
    private record Asked(RequestContext context, ModelQuestion question, boolean isNewWanted) {
        Call call() {
            return context.call();
        }
    }

    /**
     * A stored entry whose answer is used for a question.
     *
     * @param similarity cosine similarity of the two questions
     */
    private record Match(EntryLookup.Kept found, double similarity) {}

    Future<RequestOutcome> decide(RequestContext context) {
        RequestView request = context.request();
        CacheDirectives directives = state.params().requestDirectives()
                ? CacheDirectives.ofRequest(request.headers())
                : CacheDirectives.ofRequest(HeaderMap.empty());
        boolean skips = skipHeader != null && request.headers().contains(skipHeader);
        if (skips || directives.has("no-store")) {
            return passed(SemanticCacheStatus.Forward.REQUEST, "");
        }
        return state.reader()
                .read(context)
                .compose(
                        question -> find(new Asked(context, question, directives.has("no-cache"))),
                        failure -> failure instanceof UnfitRequestException unfit
                                ? passed(SemanticCacheStatus.Forward.BYPASS, unfit.reason())
                                : failed(failure, "overload"));
    }

    private Future<RequestOutcome> find(Asked asked) {
        if (asked.isNewWanted()) {
            return forward(asked, null);
        }
        ModelQuestion question = asked.question();
        return state.store()
                .run(asked.call(), new FindEntry(question.partition(), question.id()))
                .compose(
                        found -> switch (found) {
                            case EntryLookup.Kept kept -> hit(asked, new Match(kept, 1), true);
                            case EntryLookup.Absent(long others) when others == 0 -> forward(asked, null);
                            case EntryLookup.Absent _ -> compare(asked);
                        },
                        failure -> failed(failure, "store"));
    }

    private Future<RequestOutcome> compare(Asked asked) {
        return state.embeddings()
                .of(asked.call(), asked.question().text())
                .compose(
                        embedding -> nearest(asked, embedding)
                                .compose(
                                        match -> match.isPresent()
                                                ? hit(asked, match.get(), false)
                                                : forward(asked, embedding),
                                        failure -> failed(failure, "store")),
                        failure -> failed(failure, "embeddings"));
    }

    /**
     * Returns the entry of an equivalent question, if any. Rounded vectors select the nearest entry; the exact vectors
     * decide whether it is similar enough.
     */
    private Future<Optional<Match>> nearest(Asked asked, Embedding embedding) {
        String partition = asked.question().partition();
        return state.store()
                .run(asked.call(), new ReadVectors(partition))
                .compose(vectors -> nearest(asked.call(), vectors, embedding.rounded()))
                .compose(nearest -> nearest.isEmpty()
                        ? Future.succeededFuture(Optional.empty())
                        : state.store()
                                .run(
                                        asked.call(),
                                        new FindEntry(partition, nearest.get().id()))
                                .map(found -> match(found, embedding)));
    }

    private Future<Optional<Vector>> nearest(Call call, List<Vector> vectors, Rounded wanted) {
        return Vector.bytes(vectors) <= SHORT
                ? Future.succeededFuture(Vector.nearest(vectors, wanted))
                : state.env().offLoop(call, Work.onBody(0, 0), _ -> Vector.nearest(vectors, wanted));
    }

    private Optional<Match> match(EntryLookup found, Embedding embedding) {
        if (!(found instanceof EntryLookup.Kept kept)) {
            return Optional.empty();
        }
        double similarity = kept.entry().embedding().similarity(embedding);
        return similarity >= state.params().threshold() ? Optional.of(new Match(kept, similarity)) : Optional.empty();
    }

    private Future<RequestOutcome> hit(Asked asked, Match match, boolean isSame) {
        KeptAnswer answer = match.found().entry().answer();
        if (answer.body().length() > state.env().maxBodyBytes()) {
            // An instance with a higher bound has stored it.
            return forward(asked, null);
        }
        meter.hit();
        ImmediateResponse response = new ImmediateResponse(answer.status(), answer.headers(), answer.body(), REASON)
                .withCode(SemanticCacheCode.SEMANTIC_CACHE_HIT)
                .withHeader(
                        SemanticCacheStatus.FIELD,
                        SemanticCacheStatus.hit(match.found().seconds(), isSame));
        List<RequestInstruction> told = List.of(
                new SetMetadata(STATUS, StringNode.valueOf("hit")),
                new SetMetadata(SIMILARITY, DoubleNode.valueOf(match.similarity())));
        return Future.succeededFuture(new RequestOutcome.Respond(response, told));
    }

    /** Passes the question to the upstream, and records it as pending, so that the answer can be stored. */
    private Future<RequestOutcome> forward(Asked asked, @Nullable Embedding embedding) {
        RequestContext context = asked.context();
        if (context.call().cancellation().isCancelled()) {
            // The exchange is over, so its end will not be reported.
            return RequestOutcome.unchanged();
        }
        PendingQuestion waiting = new PendingQuestion(
                context.call(), asked.question(), context.request().withBody(null), embedding, state.room());
        meter.miss();
        SemanticCacheStatus.Forward why =
                asked.isNewWanted() ? SemanticCacheStatus.Forward.REQUEST : SemanticCacheStatus.Forward.MISS;
        if (!waiting.begins()) {
            return passed(why, "overload");
        }
        if (!waitings.put(context.call(), waiting)) {
            waiting.close();
            return passed(why, "overload");
        }
        return passed(why, "");
    }

    private static Future<RequestOutcome> failed(Throwable failure, String detail) {
        return SemanticCacheState.isExpected(failure)
                ? passed(SemanticCacheStatus.Forward.MISS, detail)
                : Future.failedFuture(failure);
    }

    private static Future<RequestOutcome> passed(SemanticCacheStatus.Forward why, String detail) {
        SetMetadata status = new SetMetadata(STATUS, StringNode.valueOf(why.token()));
        return RequestOutcome.proceed(
                detail.isEmpty()
                        ? List.of(status)
                        : List.of(status, new SetMetadata(DETAIL, StringNode.valueOf(detail))));
    }
}
