package io.policyengine.policies.message.transformheaders;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.instruction.HeaderInstruction;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.policies.shared.template.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import tools.jackson.core.JsonPointer;

/**
 * The changes of header fields, in this order: remove, set, append.
 *
 * @param removals instructions that remove fields
 * @param values instructions that set or append values with templates
 */
record HeaderPlan(List<HeaderInstruction> removals, List<Value> values) {
    record Value(String name, boolean appends, Template template) {
        Value {
            // Once, instead of for each message.
            name = HeaderMap.lowerCase(name);
        }

        HeaderInstruction with(String octets) {
            return appends ? new AppendHeader(name, octets) : new SetHeader(name, octets);
        }
    }

    /** Returns the instructions, with templates filled in by {@code fill}. */
    List<HeaderInstruction> instructions(Function<Template, String> fill) {
        List<HeaderInstruction> instructions = new ArrayList<>(removals.size() + values.size());
        instructions.addAll(removals);
        for (Value value : values) {
            instructions.add(value.with(fill.apply(value.template())));
        }
        return instructions;
    }

    /**
     * Compiles the parameters.
     *
     * @throws InvalidParamsException with all problems
     */
    static HeaderPlan of(TransformHeadersParams params) {
        Compiler compiler = new Compiler();
        for (int i = 0; i < params.remove().size(); i++) {
            compiler.remove(params.remove().get(i), "/remove/" + i);
        }
        params.set().forEach((name, value) -> compiler.add(name, false, value, pointer("set", name)));
        params.append().forEach((name, value) -> compiler.append(name, value.values(), pointer("append", name)));
        if (params.remove().isEmpty()
                && params.set().isEmpty()
                && params.append().isEmpty()) {
            compiler.problems.add(new ParamProblem("", "nothing to do: set at least one of set, append and remove"));
        }
        if (!compiler.problems.isEmpty()) {
            throw new InvalidParamsException(compiler.problems);
        }
        return new HeaderPlan(List.copyOf(compiler.removals), List.copyOf(compiler.values));
    }

    private static String pointer(String map, String name) {
        return JsonPointer.empty().appendProperty(map).appendProperty(name).toString();
    }

    private static final class Compiler {
        private final List<HeaderInstruction> removals = new ArrayList<>();
        private final List<Value> values = new ArrayList<>();
        private final List<ParamProblem> problems = new ArrayList<>();

        void remove(String name, String pointer) {
            RemoveHeader removal = new RemoveHeader(name);
            check(removal, pointer);
            removals.add(removal);
        }

        void append(String name, List<String> texts, String pointer) {
            for (int i = 0; i < texts.size(); i++) {
                add(name, true, texts.get(i), texts.size() == 1 ? pointer : pointer + "/" + i);
            }
        }

        void add(String name, boolean appends, String text, String pointer) {
            Template template;
            try {
                template = Template.parse(text);
            } catch (IllegalArgumentException wrong) {
                problems.add(new ParamProblem(pointer, String.valueOf(wrong.getMessage())));
                return;
            }
            Value value = new Value(name, appends, template);
            check(value.with(literals(template)), pointer);
            values.add(value);
        }

        private void check(HeaderInstruction instruction, String pointer) {
            RequestInstruction checked = instruction;
            String illegal = Instructions.check(checked);
            if (illegal != null) {
                problems.add(new ParamProblem(pointer, illegal));
            }
        }

        private static String literals(Template template) {
            StringBuilder text = new StringBuilder();
            for (Template.Part part : template.parts()) {
                if (part instanceof Template.Part.Literal(String octets)) {
                    text.append(octets);
                }
            }
            return text.toString();
        }
    }
}
