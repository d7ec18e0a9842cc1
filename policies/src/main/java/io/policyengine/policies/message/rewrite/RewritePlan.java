package io.policyengine.policies.message.rewrite;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.policyengine.core.http.NormalPath;
import io.policyengine.core.http.Octets;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.RemoveQueryParam;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetAuthority;
import io.policyengine.core.instruction.SetMethod;
import io.policyengine.core.instruction.SetPath;
import io.policyengine.core.instruction.SetQueryParam;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.policies.shared.template.TargetEncoding;
import io.policyengine.policies.shared.template.TargetTemplate;
import io.policyengine.policies.shared.template.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;

/**
 * The changes of a request: the path, then the fixed instructions, then the query parameters to set.
 *
 * @param fixed instructions that are the same for every request: removed parameters, method, authority
 * @param query parameters to set
 */
record RewritePlan(PathChange path, List<RequestInstruction> fixed, List<Parameter> query) {
    private static final Pattern HOST_AND_PORT = Pattern.compile(TargetEncoding.HOST_AND_PORT);

    record Parameter(String name, Template value) {}

    /** Returns the instructions for a request. Throws {@code PolicyException} if the new path is invalid. */
    List<RequestInstruction> instructions(RequestContext context) {
        List<RequestInstruction> instructions = new ArrayList<>(1 + fixed.size() + query.size());
        String target = path.of(context);
        if (target != null) {
            instructions.add(new SetPath(target));
        }
        instructions.addAll(fixed);
        for (Parameter parameter : query) {
            instructions.add(new SetQueryParam(
                    parameter.name(), Octets.toText(parameter.value().fill(context))));
        }
        return List.copyOf(instructions);
    }

    /**
     * Compiles the parameters.
     *
     * @throws InvalidParamsException with all problems
     */
    static RewritePlan of(RewriteParams params) {
        return new Compiler().compile(params);
    }

    private static final class Compiler {
        private final List<ParamProblem> problems = new ArrayList<>();
        private final List<RequestInstruction> fixed = new ArrayList<>();

        RewritePlan compile(RewriteParams params) {
            PathChange path = path(params);
            List<Parameter> query = query(params.query());
            method(params.method());
            authority(params.authority());
            if (problems.isEmpty() && path instanceof PathChange.None && fixed.isEmpty() && query.isEmpty()) {
                problems.add(new ParamProblem("", "nothing to do: set path, path_pattern, method, authority or query"));
            }
            if (!problems.isEmpty()) {
                throw new InvalidParamsException(problems);
            }
            return new RewritePlan(path, List.copyOf(fixed), List.copyOf(query));
        }

        private PathChange path(RewriteParams params) {
            String path = params.path();
            String pattern = params.pathPattern();
            String replacement = params.pathReplacement();
            if (path != null && pattern != null) {
                problem("/path_pattern", "path and path_pattern exclude each other");
            }
            if (pattern == null && replacement != null) {
                problem("/path_replacement", "path_replacement needs path_pattern, which is missing");
            } else if (pattern != null && replacement == null) {
                problem("/path_pattern", "path_pattern needs path_replacement, which is missing");
            }
            PathChange change = new PathChange.None();
            if (path != null) {
                change = at("/path", () -> filled(path), change);
            }
            if (pattern != null && replacement != null) {
                change = replaced(pattern, replacement, change);
            }
            return change;
        }

        private PathChange replaced(String regex, String replacement, PathChange otherwise) {
            Pattern pattern = at("/path_pattern", () -> pattern(regex), null);
            return pattern == null
                    ? otherwise
                    : at(
                            "/path_replacement",
                            () -> new PathChange.Replaced(
                                    pattern, PathReplacement.parse(replacement, pattern.groupCount())),
                            otherwise);
        }

        private static PathChange filled(String path) {
            TargetTemplate template = TargetTemplate.of(Template.parse(path));
            if (!template.beginsWithPath()) {
                throw new IllegalArgumentException("a path begins with / or ${request.path}");
            }
            if (template.hasFragment()) {
                throw new IllegalArgumentException("a path without fragment is expected: clients never send fragments");
            }
            return new PathChange.Filled(template);
        }

        private static Pattern pattern(String regex) {
            if (!regex.chars().allMatch(c -> c < 0x80)) {
                throw new IllegalArgumentException(
                        "clients send paths percent-encoded: percent-encode all characters outside of ASCII");
            }
            try {
                return Pattern.compile(NormalPath.ofPattern(regex));
            } catch (PatternSyntaxException wrong) {
                throw new IllegalArgumentException(
                        "not a regular expression in RE2 syntax: " + wrong.getDescription(), wrong);
            }
        }

        private List<Parameter> query(QueryChanges query) {
            for (int i = 0; i < query.remove().size(); i++) {
                String name = query.remove().get(i);
                String pointer = "/query/remove/" + i;
                if (query.set().containsKey(name)) {
                    problem(pointer, "the parameter is in both set and remove");
                }
                fix(new RemoveQueryParam(name), pointer);
            }
            List<Parameter> parameters = new ArrayList<>();
            query.set().forEach((name, text) -> {
                String pointer =
                        JsonPointer.compile("/query/set").appendProperty(name).toString();
                check(new SetQueryParam(name, ""), pointer);
                Template value = at(pointer, () -> Template.parse(text), null);
                if (value != null) {
                    parameters.add(new Parameter(name, value));
                }
            });
            return parameters;
        }

        private void method(@Nullable String method) {
            if (method == null) {
                return;
            }
            if (method.equals("CONNECT")) {
                problem(
                        "/method",
                        "set another method: CONNECT requests a tunnel, and no other request can become " + "CONNECT");
            }
            fix(new SetMethod(method), "/method");
        }

        private void authority(@Nullable String authority) {
            if (authority == null) {
                return;
            }
            if (!HOST_AND_PORT.matches(authority)) {
                problem("/authority", "a host, or host:port, is expected, without a template");
            }
            fixed.add(new SetAuthority(authority));
        }

        private void fix(RequestInstruction instruction, String pointer) {
            check(instruction, pointer);
            fixed.add(instruction);
        }

        private void check(RequestInstruction instruction, String pointer) {
            String illegal = Instructions.check(instruction);
            if (illegal != null) {
                problem(pointer, illegal);
            }
        }

        private <T extends @Nullable Object> T at(String pointer, Supplier<? extends T> parse, T otherwise) {
            try {
                return parse.get();
            } catch (IllegalArgumentException wrong) {
                problem(pointer, String.valueOf(wrong.getMessage()));
                return otherwise;
            }
        }

        private void problem(String pointer, String message) {
            problems.add(new ParamProblem(pointer, message));
        }
    }
}
