package io.policyengine.policies.ai.shared.prompt;

import io.policyengine.core.http.MediaTypes;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.ai.shared.modelapi.ApiShape;
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonPart;
import io.policyengine.policies.format.json.JsonTexts;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.Set;

/**
 * The JSON object in the body of a model request, parsed strictly: ambiguous JSON is a fault. Of the content type, only
 * the charset is used, since servers ignore the rest.
 *
 * <p>Holds about a hundred bytes for each JSON value; {@link io.policyengine.policies.format.json.JsonSize} estimates
 * this memory before the text is parsed.
 *
 * @param body the bytes, which must not be modified
 * @param root the object
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PromptBody(byte[] body, JsonPart.Members root) {
    /** Body members that determine the model and the prompt. */
    private static final Set<String> NAMES = Set.of(
            "model",
            "models",
            "fallbacks",
            "requests",
            "tools",
            "messages",
            "input",
            "instructions",
            "prompt",
            "system",
            "contents",
            "systemInstruction",
            "system_instruction");

    /** The member that holds the prompt in OpenAI's Completions, whose servers ignore {@code messages}. */
    private static final String OF_COMPLETIONS = "prompt";

    /** The length of the longest name that determines the model or the prompt. */
    private static final int LONGEST = 18;

    /**
     * Parses the body of a request.
     *
     * @throws PromptFault if the body is missing, or is not an unambiguous JSON object
     */
    public static PromptBody of(RequestView request, StopSignal stop) throws PromptFault {
        Buffer body = request.body();
        if (body == null || body.length() == 0) {
            throw new PromptFault(PromptFault.Kind.MISSING);
        }
        if (!Set.of("utf-8", "utf8").containsAll(MediaTypes.charsetsOf(request.headers()))) {
            throw new PromptFault(PromptFault.Kind.CHARSET);
        }
        byte[] text = body.getBytes();
        try {
            if (JsonTexts.parts(text, stop) instanceof JsonPart.Members root) {
                requireClearNames(root);
                return new PromptBody(text, root);
            }
        } catch (JsonFault wrong) {
            throw new PromptFault(PromptFault.Kind.NOT_JSON);
        }
        throw new PromptFault(PromptFault.Kind.MISSHAPEN);
    }

    /**
     * Rejects member names that differ from the expected names only in letter case: Go's standard decoder accepts any
     * case, and uses the last matching member.
     */
    private static void requireClearNames(JsonPart.Members root) throws PromptFault {
        for (String name : root.members().keySet()) {
            if (name.length() <= LONGEST
                    && !NAMES.contains(name)
                    && NAMES.stream().anyMatch(name::equalsIgnoreCase)) {
                throw new PromptFault(PromptFault.Kind.AMBIGUOUS);
            }
        }
    }

    /**
     * Returns the interface that the path determines. If the path determines none, returns the only interface whose
     * shape the body can have.
     *
     * @throws PromptFault if the shape is unknown or ambiguous
     */
    public ApiShape shape(RequestView request) throws PromptFault {
        Optional<ApiShape> ofPath = ApiShape.ofPath(request.path());
        return ofPath.isPresent() ? ofPath.get() : shapeOfBody(request);
    }

    private ApiShape shapeOfBody(RequestView request) throws PromptFault {
        Set<String> names = root.members().keySet();
        Set<ApiShape> all = ApiShape.allOfBody(names, request.headers());
        if (all.isEmpty()) {
            throw new PromptFault(PromptFault.Kind.UNKNOWN_SHAPE);
        }
        if (all.size() > 1 || names.contains(OF_COMPLETIONS)) {
            throw new PromptFault(PromptFault.Kind.SEVERAL_SHAPES);
        }
        return all.iterator().next();
    }

    public Optional<JsonPart.Text> model() {
        return root.text("model");
    }
}
