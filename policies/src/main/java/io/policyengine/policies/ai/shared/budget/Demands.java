package io.policyengine.policies.ai.shared.budget;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.work.StopSignal;
import io.policyengine.core.work.Work;
import io.policyengine.policies.ai.shared.model.NamedModels;
import io.policyengine.policies.ai.shared.model.PathModel;
import io.policyengine.policies.ai.shared.model.QueryModels;
import io.policyengine.policies.ai.shared.modelapi.ApiPath;
import io.policyengine.policies.ai.shared.modelapi.ApiShape;
import io.policyengine.policies.ai.shared.modelapi.FactsSource;
import io.policyengine.policies.ai.shared.modelapi.RequestFacts;
import io.policyengine.policies.ai.shared.modelapi.TextMeter;
import io.policyengine.policies.format.json.JsonFault;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Determines how many tokens a model request may use. Immutable. Bodies are read off the event loop if they exceed 64
 * KiB, or if their tokens are counted.
 */
final class Demands {
    private static final int LARGE = 64 << 10;
    /** Estimated tokens of an image, a sound or a file in a prompt. */
    private static final long OF_ATTACHMENT = 1_000;

    /** Maximum number of models that a request to a budgeted model may name. */
    private static final int MAX_MODELS = 32;

    /** Maximum number of digits of a Content-Length; a length with more digits counts as unknown. */
    private static final int MAX_DIGITS = 15;

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    private final BudgetSettings settings;
    private final PolicyEnvironment environment;

    sealed interface Reading {
        record Nothing() implements Reading {}

        record Asks(Demand demand) implements Reading {}

        record Unknown() implements Reading {}
    }

    /**
     * Creates a reader, and loads the tokenizer if the estimate needs it. Must not be called on an event loop.
     *
     * @throws io.policyengine.core.policy.InvalidParamsException if the heap is too small
     */
    Demands(BudgetSettings settings, PolicyEnvironment environment) {
        if (settings.budget().estimate() == InputEstimate.TOKENIZER) {
            TextMeter.readVocabulariesBlocking();
        }
        this.settings = settings;
        this.environment = environment;
    }

    Future<Reading> read(RequestContext context) {
        RequestView request = context.request();
        Buffer body = request.body();
        Map<String, Object> info = settings.budget().facts() == FactsSource.BODY
                ? Map.of()
                : context.envoy().fields(RequestFacts.ENVOY_NAMESPACE);
        if (body != null && body.length() > 0 && settings.budget().facts() != FactsSource.ENVOY) {
            return ofBody(context, body, info);
        }
        if (!info.isEmpty()) {
            return Future.succeededFuture(ofEnvoy(context, info));
        }
        return Future.succeededFuture(isReading(request) ? new Reading.Nothing() : unknown(lengthOf(request)));
    }

    /** Returns whether a request only reads: it has a reading method, and neither a body nor an upgrade. */
    private static boolean isReading(RequestView request) {
        String length = request.headers().get("content-length");
        return READING.contains(request.method())
                && request.headers().get("upgrade") == null
                && request.headers().get("transfer-encoding") == null
                && (length == null || length.equals("0"));
    }

    /** Returns the length that the headers state for an unseen body, in octets; 0 if unknown. */
    private static long lengthOf(RequestView request) {
        String length = request.headers().get("content-length");
        boolean isNumber = length != null
                && !length.isEmpty()
                && length.length() <= MAX_DIGITS
                && length.chars().allMatch(c -> c >= '0' && c <= '9');
        return isNumber ? Long.parseLong(length) : 0;
    }

    private Reading ofEnvoy(RequestContext context, Map<String, Object> info) {
        Optional<ApiPath> path = ApiPath.of(context.request().path());
        boolean isKnown = path.isPresent()
                || ApiShape.ofEnvoy(number(info.get("input_llm_protocol"))).isPresent();
        if (!isKnown && settings.budget().onUnknown() == UnknownRequest.DENY) {
            return new Reading.Unknown();
        }
        Optional<Set<String>> models = inTarget(context.request());
        if (models.isEmpty()) {
            return new Reading.Unknown();
        }
        // Envoy has read the model that modelRouter may have replaced since.
        String routed = context.metadata().text(NamedModels.ROUTED);
        String told = routed == null && info.get("model") instanceof String name ? name : routed;
        // Google's resource names end with the name that is in the path.
        if (told != null
                && !told.isEmpty()
                && models.get().stream().noneMatch(name -> told.endsWith("models/" + name))) {
            models.get().add(told);
        }
        long input = Math.max(1, number(info.get("estimated_input_tokens")));
        long most = number(info.get("max_output_tokens"));
        return asks(models.get(), input, most > 0 ? OutputBound.told(most) : OutputBound.NONE, 1, null);
    }

    /** Returns the models that path and query name; empty if servers may read one of them differently. */
    private static Optional<Set<String>> inTarget(RequestView request) {
        return PathModel.in(request.path())
                .flatMap(inPath -> QueryModels.in(request.path()).map(inQuery -> {
                    Set<String> models = new HashSet<>(inQuery);
                    inPath.forEach(model -> models.add(model.name()));
                    return models;
                }));
    }

    private static long number(@Nullable Object value) {
        return value instanceof Long number ? number : -1;
    }

    private Future<Reading> ofBody(RequestContext context, Buffer body, Map<String, Object> info) {
        RequestView request = context.request();
        if (body.length() <= LARGE && settings.budget().estimate() != InputEstimate.TOKENIZER) {
            return Future.succeededFuture(ofBody(request, body.getBytes(), info, () -> false));
        }
        Work work = Work.onBody(body.length(), (long) RequestFacts.HEAP_PER_BYTE * body.length());
        return environment.offLoop(context.call(), work, stop -> ofBody(request, body.getBytes(), info, stop));
    }

    private Reading ofBody(RequestView request, byte[] body, Map<String, Object> info, StopSignal stop) {
        Optional<ApiPath> path = ApiPath.of(request.path());
        RequestFacts facts;
        try {
            facts = RequestFacts.read(body, TextMeter.OCTETS, stop)
                    .filter(read -> !read.hasDisguised())
                    .orElse(null);
        } catch (JsonFault unreadable) {
            facts = null;
        }
        Optional<Set<String>> models = inTarget(request);
        if (models.isEmpty()) {
            return new Reading.Unknown();
        }
        if (facts == null) {
            // A provider with this path may read the body in any way, or not at all.
            return path.isPresent() ? new Reading.Unknown() : unknown(body.length);
        }
        RequestFacts read = facts;
        Set<ApiShape> shapes = path.map(known -> Set.of(known.shape()))
                .orElseGet(() -> ApiShape.allOfBody(read.members(), request.headers()));
        OutputBound bound = OutputBound.of(read, shapes);
        if (settings.budget().onUnknown() == UnknownRequest.DENY
                && (shapes.isEmpty() || bound.isMissedInBackground())) {
            return new Reading.Unknown();
        }
        models.get().addAll(facts.models());
        if (models.get().size() > MAX_MODELS) {
            return new Reading.Unknown();
        }
        long told =
                settings.budget().estimate() == InputEstimate.FACTS ? number(info.get("estimated_input_tokens")) : -1;
        long input = told > 0
                ? told
                : ofTexts(body, facts, models.get(), stop)
                        + OF_ATTACHMENT * facts.input().attachments();
        boolean isEdited = settings.budget().injectIncludeUsage()
                && shapes.equals(Set.of(ApiShape.OPENAI_CHAT))
                && facts.streams();
        return asks(models.get(), input, bound, facts.answers(), isEdited ? facts.usageEdit() : null);
    }

    /**
     * Returns the number of tokens in a body's texts. To count them, the body is read a second time, since the model
     * may come last in it.
     */
    private long ofTexts(byte[] body, RequestFacts facts, Set<String> models, StopSignal stop) {
        if (settings.budget().estimate() != InputEstimate.TOKENIZER) {
            return estimated(facts.input().textSize());
        }
        try {
            return RequestFacts.read(body, TextMeter.tokens(models, stop), stop)
                    .map(read -> Math.max(1, read.input().textSize()))
                    .orElse(1L);
        } catch (JsonFault readBefore) {
            throw new IllegalStateException("the body cannot be read a second time", readBefore);
        }
    }

    private Reading unknown(long bytes) {
        return settings.budget().onUnknown() == UnknownRequest.DENY
                ? new Reading.Unknown()
                : asks(Set.of(), estimated(bytes), OutputBound.NONE, 1, null);
    }

    private long estimated(long octets) {
        return Math.max(1, Math.ceilDiv(octets, settings.budget().charsPerToken()));
    }

    private Reading asks(
            Set<String> models, long input, OutputBound bound, long answers, RequestFacts.@Nullable Edit edit) {
        long output = output(bound);
        boolean isBounded = bound.isKept() && output == bound.most();
        output = Math.clamp(output, 1, TokenCounts.MAX) * Math.clamp(answers, 1, TokenCounts.MAX);
        return new Reading.Asks(
                new Demand(models, new TokenCounts(input, 0, output), isBounded, bound.isInBackground(), edit));
    }

    /**
     * Returns the output tokens to reserve. A background response reserves its whole limit, since its usage is not
     * reported.
     */
    private long output(OutputBound bound) {
        if (settings.budget().reserveOutput().tokens() < 0 || (bound.isInBackground() && bound.isKept())) {
            return bound.isKept() ? bound.most() : Math.max(settings.budget().defaultOutputTokens(), bound.most());
        }
        return bound.isKept()
                ? Math.min(settings.budget().reserveOutput().tokens(), bound.most())
                : settings.budget().reserveOutput().tokens();
    }
}
