package io.policyengine.policies.ai.modelrouter;

import io.policyengine.core.http.QueryString;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetPath;
import io.policyengine.core.instruction.SetQueryParam;
import io.policyengine.policies.ai.shared.model.PathModel;
import io.policyengine.policies.ai.shared.modelapi.ApiShape;
import io.policyengine.policies.ai.shared.prompt.PromptBody;
import io.policyengine.policies.format.json.JsonPart;
import io.policyengine.policies.format.json.JsonSplices;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The instructions that replace a request's model at every place that names it. */
final class ModelChange {
    private static final String MODEL = "model";

    private ModelChange() {}

    /**
     * Returns the instructions that change the model; empty if the request already names only the new model. The rest
     * of the path keeps its spelling. A model in the query is replaced even if it differs from {@code named}, so that
     * all servers read the same model.
     *
     * @param named the model that the request names. If empty, the new model is added to the body, provided that the
     *     interface expects it there
     */
    static List<RequestInstruction> of(
            RequestView request, @Nullable PromptBody body, Optional<String> named, String model) {
        String inQuery = QueryString.get(request.rawPath(), MODEL);
        List<RequestInstruction> changes = new ArrayList<>(3);
        if (named.isPresent() && inQuery != null && !inQuery.equals(model)) {
            changes.add(new SetQueryParam(MODEL, model));
        }
        if (named.filter(model::equals).isPresent()) {
            return changes;
        }
        String path = QueryString.pathOf(request.rawPath());
        String changed = path;
        for (PathModel written : PathModel.in(path).orElse(List.of()).reversed()) {
            if (named.filter(written.name()::equals).isPresent()) {
                changed = written.replaced(changed, model);
            }
        }
        if (!changed.equals(path)) {
            changes.add(new SetPath(changed));
        }
        if (body != null) {
            inBody(request, body, named, model).ifPresent(changes::add);
        }
        return changes;
    }

    private static Optional<RequestInstruction> inBody(
            RequestView request, PromptBody body, Optional<String> named, String model) {
        Optional<JsonPart.Text> written = body.model();
        boolean isReplaced = named.isPresent()
                ? written.map(JsonPart.Text::value).equals(named)
                : body.root().get(MODEL).isEmpty() && hasModelInBody(request);
        if (!isReplaced) {
            return Optional.empty();
        }
        JsonNode value = JsonNodeFactory.instance.stringNode(model);
        JsonSplices splices = new JsonSplices(body.body());
        splices.set(body.root(), MODEL, value);
        return Optional.of(new SetBody(Buffer.buffer(splices.applied()), null));
    }

    private static boolean hasModelInBody(RequestView request) {
        return ApiShape.ofPath(request.path())
                .filter(shape -> shape != ApiShape.GEMINI && shape != ApiShape.BEDROCK)
                .isPresent();
    }
}
