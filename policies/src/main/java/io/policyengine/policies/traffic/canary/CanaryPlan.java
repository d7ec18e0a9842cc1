package io.policyengine.policies.traffic.canary;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.InvalidParamsException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The compiled arms of {@code canary}.
 *
 * @param names names of the arms
 * @param instructions instructions of each arm, which set its fields, and remove those of other arms
 */
record CanaryPlan(List<String> names, List<List<RequestInstruction>> instructions) {
    static final String METADATA_KEY = "canary.arm";

    /** Maximum number of arms of a canary. Each arm adds to the time that a request takes. */
    private static final int MAX_ARMS = 100;

    /**
     * Compiles the parameters.
     *
     * @throws InvalidParamsException with all problems
     */
    static CanaryPlan of(CanaryParams params) {
        List<ParamProblem> problems = problems(params);
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        return new CanaryPlan(
                params.arms().stream().map(CanaryParams.Arm::name).toList(),
                params.arms().stream().map(arm -> instructions(params, arm)).toList());
    }

    /** Returns the names of the fields that every arm sets, in lower case. */
    static Set<String> alwaysSet(CanaryParams params) {
        Set<String> names = new HashSet<>(armFields(params));
        params.arms().forEach(arm -> names.retainAll(fields(arm)));
        return names;
    }

    /** Returns the names of the fields that at least one arm removes, in lower case. */
    static Set<String> removed(CanaryParams params) {
        Set<String> names = new LinkedHashSet<>(armFields(params));
        String override = params.overrideHeader();
        if (override != null) {
            names.add(HeaderMap.lowerCase(override));
        }
        names.removeAll(alwaysSet(params));
        return names;
    }

    private static List<RequestInstruction> instructions(CanaryParams params, CanaryParams.Arm arm) {
        List<RequestInstruction> instructions = new ArrayList<>();
        Set<String> own = fields(arm);
        for (String name : removed(params)) {
            if (!own.contains(name)) {
                instructions.add(new RemoveHeader(name));
            }
        }
        arm.header().forEach((name, value) -> instructions.add(SetHeader.ofText(name, value)));
        instructions.add(new SetMetadata(METADATA_KEY, JsonNodeFactory.instance.stringNode(arm.name())));
        return List.copyOf(instructions);
    }

    private static Set<String> armFields(CanaryParams params) {
        return params.arms().stream()
                .flatMap(arm -> fields(arm).stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static Set<String> fields(CanaryParams.Arm arm) {
        return arm.header().keySet().stream().map(HeaderMap::lowerCase).collect(Collectors.toSet());
    }

    private static List<ParamProblem> problems(CanaryParams params) {
        List<ParamProblem> problems = new ArrayList<>();
        List<CanaryParams.Arm> arms = params.arms();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < arms.size(); i++) {
            CanaryParams.Arm arm = arms.get(i);
            if (!names.add(arm.name())) {
                problems.add(new ParamProblem("/arms/" + i + "/name", "another arm has this name"));
            }
            checkHeader(arm, "/arms/" + i + "/header", problems);
        }
        if (arms.size() > MAX_ARMS) {
            problems.add(new ParamProblem("/arms", "more than " + MAX_ARMS + " arms"));
        }
        if (arms.stream().allMatch(arm -> arm.weight() == 0)) {
            problems.add(new ParamProblem("/arms", "all weights are 0: at least one arm needs a higher weight"));
        }
        if (armFields(params).isEmpty()) {
            problems.add(new ParamProblem("/arms", "no arm sets a field, so the choice changes nothing: give header"));
        }
        String override = params.overrideHeader();
        if (override != null) {
            check(new RemoveHeader(override), "/override_header", problems);
        }
        return problems;
    }

    private static void checkHeader(CanaryParams.Arm arm, String pointer, List<ParamProblem> problems) {
        Set<String> names = new HashSet<>();
        arm.header().forEach((name, value) -> {
            String place = pointer + JsonPointer.empty().appendProperty(name);
            check(new SetHeader(name, Octets.fromText(value)), place, problems);
            if (!names.add(HeaderMap.lowerCase(name))) {
                problems.add(new ParamProblem(place, "the field is listed twice: names must differ in more than case"));
            }
        });
    }

    private static void check(RequestInstruction instruction, String pointer, List<ParamProblem> problems) {
        String illegal = Instructions.check(instruction);
        if (illegal != null) {
            problems.add(new ParamProblem(pointer, illegal));
        }
    }
}
