package io.policyengine.policies.ai.prompttemplate;

import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.ai.shared.modelapi.ApiShape;
import io.policyengine.policies.ai.shared.prompt.PromptBody;
import io.policyengine.policies.ai.shared.prompt.PromptForm;
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonPart;
import io.policyengine.policies.format.json.JsonTexts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The call of a template in a request body: {@code "template": "NAME"}, or {@code "{template://NAME}"} in place of the
 * messages. The values are in {@code variables} or {@code properties}.
 *
 * @param name name of the template
 * @param values values of the template's variables
 */
record TemplateCall(String name, ObjectNode values) {
    private static final String TEMPLATE = "template";
    private static final List<String> VALUES = List.of("variables", "properties");
    private static final String OPEN = "{template://";
    private static final String CLOSE = "}";

    /** Members of a template call, which are removed from the body. */
    static final List<String> MEMBERS = List.of(TEMPLATE, "variables", "properties");

    /**
     * Finds the template call in a body.
     *
     * @param others names of other members that the body may have
     * @return empty if the body calls no template
     * @throws UnfitValuesException if the call is invalid, or the body has further members
     */
    static Optional<TemplateCall> of(PromptBody body, ApiShape shape, Set<String> others, StopSignal stop)
            throws UnfitValuesException {
        JsonPart.Members root = body.root();
        List<String> names = new ArrayList<>(1);
        Optional<JsonPart> member = root.get(TEMPLATE);
        if (member.isPresent()) {
            names.add(member.get() instanceof JsonPart.Text name ? name.value() : "");
        }
        PromptForm form = PromptForm.of(shape);
        root.text(form.list())
                .map(JsonPart.Text::value)
                .filter(TemplateCall::isReference)
                .ifPresent(text -> names.add(text.substring(OPEN.length(), text.length() - CLOSE.length())
                        .strip()));
        if (names.isEmpty()) {
            return Optional.empty();
        }
        requireNothingElse(root, form, others);
        if (names.size() > 1) {
            throw new UnfitValuesException(TemplateDenials.MALFORMED);
        }
        return Optional.of(new TemplateCall(names.getFirst(), values(body, stop)));
    }

    private static boolean isReference(String text) {
        return text.startsWith(OPEN) && text.endsWith(CLOSE);
    }

    private static void requireNothingElse(JsonPart.Members root, PromptForm form, Set<String> others)
            throws UnfitValuesException {
        for (Map.Entry<String, JsonPart.Member> member : root.members().entrySet()) {
            String name = member.getKey();
            JsonPart value = member.getValue().value();
            boolean isAllowed;
            if (name.equals(form.list())) {
                isAllowed = isNone(value) || isCalling(value);
            } else if (form.system().contains(name)) {
                isAllowed = value.isNull();
            } else {
                isAllowed = MEMBERS.contains(name) || others.contains(name);
            }
            if (!isAllowed) {
                throw new UnfitValuesException(TemplateDenials.MIXED);
            }
        }
    }

    private static boolean isNone(JsonPart value) {
        return value.isNull()
                || (value instanceof JsonPart.Elements list && list.elements().isEmpty());
    }

    private static boolean isCalling(JsonPart value) {
        return value instanceof JsonPart.Text text && isReference(text.value());
    }

    private static ObjectNode values(PromptBody body, StopSignal stop) throws UnfitValuesException {
        List<JsonPart> given =
                VALUES.stream().flatMap(name -> body.root().get(name).stream()).toList();
        if (given.isEmpty()) {
            return JsonNodeFactory.instance.objectNode();
        }
        JsonPart values = given.getFirst();
        if (given.size() > 1 || !(values instanceof JsonPart.Members)) {
            throw new UnfitValuesException(TemplateDenials.MALFORMED);
        }
        byte[] text = Arrays.copyOfRange(body.body(), values.from(), values.to());
        try {
            return JsonTexts.read(text, stop) instanceof ObjectNode object
                    ? object
                    : JsonNodeFactory.instance.objectNode();
        } catch (JsonFault beyond) {
            throw new UnfitValuesException(TemplateDenials.MALFORMED);
        }
    }
}
