package io.policyengine.policies.ai.semanticcache.question;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.JsonTypes;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.core.http.Octets;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.params.CanonicalDigest;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.ai.shared.modelapi.ApiPath;
import io.policyengine.policies.ai.shared.modelapi.ApiShape;
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonSize;
import io.policyengine.policies.format.json.JsonTexts;
import io.policyengine.policies.shared.clientkey.Asker;
import io.policyengine.policies.shared.clientkey.ClientKey;
import io.policyengine.policies.shared.digest.KeyDigest;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the question of a model request, and computes the digest of everything that must be equal for sharing a
 * response. Large bodies are parsed off the event loop.
 */
public final class QuestionReader {
    /** Request fields that select an account, a version or a feature of a provider. */
    private static final List<String> CHOICES = List.of(
            "accept",
            "content-type",
            "anthropic-version",
            "anthropic-beta",
            "openai-organization",
            "openai-project",
            "openai-beta",
            "x-goog-user-project",
            "x-amzn-bedrock-guardrailidentifier",
            "x-amzn-bedrock-guardrailversion");

    private static final ClientKey IDENTITY = new ClientKey.ByIdentity();
    private static final Asker ASKER = new Asker(null);

    private final Rules rules;
    private final Fitness fitness;
    private final PolicyEnvironment env;

    /**
     * The settings that determine which requests share responses.
     *
     * @param vectors name of the model that makes vectors; vectors of two models are never compared
     * @param generation generation of responses; responses of other generations are ignored
     * @param key additional key that must be equal; null for none
     * @param exactFigures true if words with digits must be equal
     * @param maxTextBytes maximum length of the last message, in octets of UTF-8
     */
    public record Rules(
            String vectors,
            String generation,
            boolean shared,
            @Nullable ClientKey key,
            boolean exactFigures,
            int maxTextBytes) {}

    public QuestionReader(Rules rules, Fitness fitness, PolicyEnvironment env) {
        this.rules = rules;
        this.fitness = fitness;
        this.env = env;
    }

    /** Returns the question of a request; fails with {@link UnfitRequestException} if its response cannot be shared. */
    public Future<ModelQuestion> read(RequestContext context) {
        RequestView request = context.request();
        Buffer body = request.body();
        MediaTypes types = MediaTypes.of(request.headers());
        boolean isJson = !types.unclear() && types.stated().stream().allMatch(JsonTypes::isJson);
        if (!request.method().equals("POST") || body == null || !isJson) {
            return Future.failedFuture(new UnfitRequestException("no-prompt"));
        }
        ClientKey key = rules.key();
        if (key != null && !key.isExact(context)) {
            return Future.failedFuture(new UnfitRequestException("key"));
        }
        byte[] text = body.getBytes();
        String who = who(context);
        JsonSize size = JsonSize.of(text, true, () -> false);
        if (size.isSmall()) {
            try {
                return Future.succeededFuture(question(request, text, who, () -> false));
            } catch (UnfitRequestException unfit) {
                return Future.failedFuture(unfit);
            }
        }
        return env.offLoop(context.call(), size.work(), stop -> question(request, text, who, stop));
    }

    private ModelQuestion question(RequestView request, byte[] text, String who, StopSignal stop)
            throws UnfitRequestException {
        if (!(tree(text, stop) instanceof ObjectNode body)) {
            throw new UnfitRequestException("no-prompt");
        }
        Optional<ApiPath> path = ApiPath.of(request.path());
        ApiShape shape = path.map(ApiPath::shape)
                .or(() -> ApiShape.ofBody(Set.copyOf(body.propertyNames()), request.headers()))
                .orElseThrow(() -> new UnfitRequestException("no-prompt"));
        boolean streams = streams(body) || path.filter(ApiPath::streams).isPresent();
        fitness.require(shape, body);
        List<String> texts = new QuestionMessages(shape, fitness.multiTurn()).takeLast(body);
        String last = String.join("\n", texts);
        requireFit(last);
        KeyDigest partition = new KeyDigest()
                .add(who)
                .add(shape.code())
                .add(CanonicalDigest.of(body))
                .add(rules.exactFigures() ? CanonicalDigest.of(NumericWords.in(last)) : "");
        return new ModelQuestion(shape, streams, "p" + partition.text(), CanonicalDigest.of(texts), last);
    }

    private static JsonNode tree(byte[] text, StopSignal stop) throws UnfitRequestException {
        try {
            return JsonTexts.read(text, stop);
        } catch (JsonFault fault) {
            throw new UnfitRequestException("no-prompt");
        }
    }

    private static boolean streams(ObjectNode body) throws UnfitRequestException {
        JsonNode stream = body.path("stream");
        if (!stream.isBoolean() && !stream.isMissingNode() && !stream.isNull()) {
            throw new UnfitRequestException("shape");
        }
        return stream.asBoolean(false);
    }

    private void requireFit(String text) throws UnfitRequestException {
        if (text.isBlank()) {
            throw new UnfitRequestException("no-prompt");
        }
        if (text.length() > rules.maxTextBytes()
                || text.getBytes(StandardCharsets.UTF_8).length > rules.maxTextBytes()) {
            throw new UnfitRequestException("too-long");
        }
        if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw new UnfitRequestException("shape");
        }
    }

    /**
     * Returns the digest of everything outside the body that must be equal for sharing a response. It includes the
     * vectors' model, the target, the client and some fields.
     */
    private String who(RequestContext context) {
        RequestView request = context.request();
        KeyDigest digest = new KeyDigest()
                .add(Octets.fromText(env.route()))
                .add(Octets.fromText(env.passedDigest()))
                .add(Octets.fromText(rules.vectors()))
                .add(Octets.fromText(rules.generation()))
                .add(request.scheme())
                .add(HeaderMap.lowerCase(request.authority()))
                .add(request.rawPath())
                .addFields(CHOICES, request.headers());
        ClientKey key = rules.key();
        digest.add(key == null ? "" : key.keyOf(context));
        if (rules.shared()) {
            return digest.add("shared").text();
        }
        ASKER.addTo(digest.add("alone"), context);
        return digest.add(Identity.id(context.metadata()) == null ? IDENTITY.keyOf(context) : "")
                .text();
    }
}
