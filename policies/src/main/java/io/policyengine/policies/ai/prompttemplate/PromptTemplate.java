package io.policyengine.policies.ai.prompttemplate;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.policies.ai.shared.prompt.AddedRole;
import io.policyengine.policies.ai.shared.prompt.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.node.ObjectNode;

record PromptTemplate(List<Line> lines, Map<String, TemplateVariable> variables) {
    /** Maximum length of a prompt created from a template, in UTF-16 units. */
    static final long MAX_LENGTH = 1 << 20;

    record Line(Role role, TemplateText text) {}

    record Message(Role role, String text) {}

    static PromptTemplate of(PromptTemplateParams.PromptText params, String pointer, List<ParamProblem> problems) {
        Map<String, TemplateVariable> variables = new HashMap<>();
        params.variables().forEach((name, variable) -> {
            String place = pointer + "/variables" + JsonPointer.empty().appendProperty(name);
            if (!TemplateText.isName(name)) {
                problems.add(new ParamProblem(place, TemplateText.NAME_RULE));
            }
            variables.put(name, TemplateVariable.of(variable, place, problems));
        });
        List<Line> lines = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (int i = 0; i < params.messages().size(); i++) {
            PromptTemplateParams.Line line = params.messages().get(i);
            String place = pointer + "/messages/" + i + "/text";
            try {
                TemplateText text = TemplateText.parse(line.text());
                text.names().stream()
                        .filter(name -> !variables.containsKey(name))
                        .sorted()
                        .forEach(name -> problems.add(new ParamProblem(place, "variables has no '" + name + "'")));
                used.addAll(text.names());
                lines.add(new Line(line.role().role(), text));
            } catch (IllegalArgumentException wrong) {
                problems.add(new ParamProblem(place, String.valueOf(wrong.getMessage())));
            }
        }
        if (params.messages().stream().allMatch(line -> line.role() == AddedRole.SYSTEM)) {
            problems.add(new ParamProblem(
                    pointer + "/messages", "a template needs a message with a role other than system"));
        }
        variables.keySet().stream()
                .filter(name -> !used.contains(name) && TemplateText.isName(name))
                .sorted()
                .forEach(name -> problems.add(
                        new ParamProblem(pointer + "/variables/" + name, "no message contains the variable")));
        return new PromptTemplate(List.copyOf(lines), Map.copyOf(variables));
    }

    /**
     * Returns the texts of all variables of the template, by name.
     *
     * @param brought values that the request contains
     * @throws UnfitValuesException if a value is missing, unknown or invalid
     */
    Map<String, String> texts(ObjectNode brought) throws UnfitValuesException {
        if (!variables.keySet().containsAll(brought.propertyNames())) {
            throw new UnfitValuesException(TemplateDenials.UNKNOWN_VARIABLE);
        }
        Map<String, String> texts = new HashMap<>();
        for (Map.Entry<String, TemplateVariable> entry : variables.entrySet()) {
            TemplateVariable variable = entry.getValue();
            Optional<String> text = brought.has(entry.getKey())
                    ? variable.textOf(brought.required(entry.getKey()))
                    : variable.fallback();
            texts.put(
                    entry.getKey(),
                    text.orElseThrow(() -> new UnfitValuesException(
                            brought.has(entry.getKey())
                                    ? TemplateDenials.invalid(entry.getKey())
                                    : TemplateDenials.missing(entry.getKey()))));
        }
        return texts;
    }

    /** Returns the template's messages, filled with these texts. Their total length is at most {@link #MAX_LENGTH}. */
    List<Message> messages(Map<String, String> texts) throws UnfitValuesException {
        long length = 0;
        for (Line line : lines) {
            length += line.text().length(texts);
        }
        if (length > MAX_LENGTH) {
            throw new UnfitValuesException(TemplateDenials.TOO_LONG);
        }
        return lines.stream()
                .map(line -> new Message(line.role(), line.text().filled(texts)))
                .toList();
    }
}
