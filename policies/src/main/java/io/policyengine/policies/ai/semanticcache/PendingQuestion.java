package io.policyengine.policies.ai.semanticcache;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.capacity.CapacityReservation;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.Call;
import io.policyengine.policies.ai.semanticcache.question.ModelQuestion;
import io.policyengine.policies.ai.semanticcache.vector.Embedding;
import io.policyengine.policies.traffic.shared.storedresponse.KeptAnswer;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A question that was sent to the upstream, and its answer once known, until the answer is stored or dropped. It holds
 * reserved memory until it is closed.
 */
final class PendingQuestion {
    private static final int OVERHEAD = 1_000;

    private final Call call;
    private final ModelQuestion question;
    private final RequestView request;
    private final @Nullable Embedding embedding;
    private final CapacityReservation reserved;
    private final AtomicReference<@Nullable Answer> answer = new AtomicReference<>();

    /** A complete answer with its media type. */
    record Answer(KeptAnswer kept, String mediaType) {}

    /**
     * Creates a question.
     *
     * @param request the request without its body
     * @param embedding null if it was not computed, because the store had no vectors to compare it with
     */
    PendingQuestion(
            Call call, ModelQuestion question, RequestView request, @Nullable Embedding embedding, Capacity room) {
        this.call = call;
        this.question = question;
        this.request = request;
        this.embedding = embedding;
        this.reserved = room.reservation();
    }

    /** Reserves memory for the question; returns false if too little is free. */
    boolean begins() {
        return reserved.tryTake(OVERHEAD
                + 3L * question.text().length()
                + request.headers().octets()
                + (embedding == null ? 0 : embedding.bytes()));
    }

    Call call() {
        return call;
    }

    ModelQuestion question() {
        return question;
    }

    @Nullable
    Embedding embedding() {
        return embedding;
    }

    /** Returns whether later policies left method, scheme, authority and path of the request unchanged. */
    boolean isSame(RequestView sent) {
        return request.method().equals(sent.method())
                && request.scheme().equals(sent.scheme())
                && request.authority().equals(sent.authority())
                && request.rawPath().equals(sent.rawPath());
    }

    /** Keeps the answer to this question, unless too little memory is free or the question is closed. */
    void answered(Answer whole) {
        if (reserved.tryTake(whole.kept().body().length())) {
            answer.set(whole);
        }
    }

    @Nullable
    Answer answer() {
        return answer.get();
    }

    void close() {
        reserved.close();
    }
}
