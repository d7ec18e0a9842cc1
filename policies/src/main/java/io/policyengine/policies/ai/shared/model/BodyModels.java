package io.policyengine.policies.ai.shared.model;

import io.policyengine.policies.ai.shared.prompt.PromptBody;
import io.policyengine.policies.format.json.JsonPart;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the model names in a body, wherever a server may look for them: the model itself, the fallbacks, the tools, and
 * the requests of a batch.
 */
final class BodyModels {
    private static final String MODEL = "model";

    /** Members that hold a list of model names, or of objects with a model name. */
    private static final List<String> OF_NAMES = List.of("models", "fallbacks");

    /** Members that are lists of objects that may have a model name. */
    private static final List<String> OF_OBJECTS = List.of("tools", "requests");

    /** Members of a batch element that hold the request's body. */
    private static final List<String> INNER = List.of("params", "request", "body");

    private final Set<String> names = new LinkedHashSet<>();
    private boolean isUnclear;

    private BodyModels() {}

    /** Returns the model names in a body; empty if a member for model names holds anything else. */
    static Optional<Set<String>> in(PromptBody body) {
        BodyModels models = new BodyModels();
        models.ofObject(body.root());
        OF_NAMES.forEach(list -> body.root().get(list).ifPresent(names -> models.ofList(names, true)));
        OF_OBJECTS.forEach(list -> body.root().get(list).ifPresent(objects -> models.ofList(objects, false)));
        return models.isUnclear ? Optional.empty() : Optional.of(models.names);
    }

    private void ofList(JsonPart list, boolean isOfNames) {
        if (list instanceof JsonPart.Elements elements) {
            elements.elements().forEach(element -> ofElement(element, isOfNames));
        } else if (!list.isNull()) {
            isUnclear = true;
        }
    }

    private void ofElement(JsonPart element, boolean isName) {
        switch (element) {
            case JsonPart.Text name when isName -> names.add(name.value());
            case JsonPart.Members object -> {
                ofObject(object);
                INNER.forEach(inner -> object.get(inner).ifPresent(this::ofInner));
            }
            case JsonPart.Text _, JsonPart.Elements _, JsonPart.Single _, JsonPart.Unread _ -> isUnclear |= isName;
        }
    }

    private void ofInner(JsonPart inner) {
        if (inner instanceof JsonPart.Members object) {
            ofObject(object);
        }
    }

    private void ofObject(JsonPart.Members object) {
        object.members().forEach((name, member) -> {
            if (name.equals(MODEL) && member.value() instanceof JsonPart.Text text) {
                names.add(text.value());
            } else if (name.equalsIgnoreCase(MODEL) && !member.value().isNull()) {
                isUnclear = true;
            }
        });
    }
}
