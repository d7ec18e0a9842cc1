package io.policyengine.policies.message.transformbody;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.policyengine.core.http.Octets;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.policies.format.replace.PatternRule;
import io.policyengine.policies.format.replace.ReplacementRule;
import io.policyengine.policies.format.replace.Replacements;
import io.policyengine.policies.format.replace.TextRule;
import io.policyengine.policies.message.transformbody.TransformBodyParams.Replacement;
import io.policyengine.policies.message.transformbody.xml.XmlMapping;
import io.policyengine.policies.shared.template.BodySyntax;
import io.policyengine.policies.shared.template.Template;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Compiles the parameters into a policy. Used once. */
final class TransformBodyCompiler {
    /** Maximum number of rules in {@code replace}. */
    private static final int MAX_RULES = 100;

    private final TransformBodyParams params;
    private final @Nullable String contentType;
    private final List<ParamProblem> problems = new ArrayList<>();

    TransformBodyCompiler(TransformBodyParams params) {
        this.params = params;
        this.contentType = params.contentType() == null ? null : Octets.fromText(params.contentType());
    }

    /**
     * Returns the policy that the parameters describe.
     *
     * @throws InvalidParamsException with all problems
     */
    Policy compile(PolicyEnvironment env) {
        checkTogether();
        Template body = params.body() == null ? null : body(params.body());
        List<ReplacementRule> rules = rules();
        JsonEdits json = params.json() == null ? null : new JsonEditsCompiler(params.json(), problems).compile();
        XmlMapping xml = new XmlMappingCompiler(params.xml(), problems).compile();
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        return body != null
                ? new WholeBodyPolicy(body, contentType)
                : new ChangedBodyPolicy(
                        new BodyChanges(
                                new Replacements(rules),
                                params.xmlToJson() ? xml : null,
                                json,
                                params.jsonToXml() ? xml : null,
                                params.anyContentType(),
                                contentType),
                        params.denialFormat(),
                        env);
    }

    private void checkTogether() {
        boolean converts = params.xmlToJson() || params.jsonToXml();
        boolean changes = !params.replace().isEmpty() || params.json() != null || converts;
        if (params.body() == null && !changes) {
            problem("", "nothing to do: set body, replace, json, xml_to_json or json_to_xml");
        }
        if (params.body() != null && changes) {
            problem(
                    "/body",
                    "body replaces the whole body: it cannot be combined with replace, json, xml_to_json or json_to_xml");
        }
        if (params.anyContentType() && params.json() == null && !converts) {
            problem("/any_content_type", "any_content_type needs json, xml_to_json or json_to_xml, which are missing");
        }
        if (params.xml() != null && !converts) {
            problem("/xml", "xml needs xml_to_json or json_to_xml, which are missing");
        }
        if (params.replace().size() > MAX_RULES) {
            problem("/replace", "at most " + MAX_RULES + " rules are expected");
        }
        RequestInstruction set = new SetBody(Buffer.buffer(), contentType);
        String illegal = Instructions.check(set);
        if (illegal != null) {
            problem("/content_type", illegal);
        }
    }

    private @Nullable Template body(String text) {
        Template template = at("/body", () -> Template.parse(text));
        if (template == null || template.isConstant()) {
            return template;
        }
        if (contentType == null) {
            problem("/body", "a body with templates needs content_type, which decides how values are escaped");
        } else if (!BodySyntax.of(contentType).keepsDataApart(template)) {
            problem("/body", "expected JSON with templates only inside strings");
        }
        return template;
    }

    private List<ReplacementRule> rules() {
        List<ReplacementRule> rules = new ArrayList<>();
        for (int i = 0; i < params.replace().size(); i++) {
            ReplacementRule rule = rule(params.replace().get(i), "/replace/" + i);
            if (rule != null) {
                rules.add(rule);
            }
        }
        return rules;
    }

    private @Nullable ReplacementRule rule(Replacement replacement, String pointer) {
        String text = replacement.text();
        String regex = replacement.pattern();
        if (text != null && regex == null) {
            Template with = at(pointer + "/with", () -> Template.parse(replacement.with()));
            return with == null ? null : at(pointer + "/text", () -> TextRule.of(text, with));
        }
        if (regex != null && text == null) {
            Pattern pattern = at(pointer + "/pattern", () -> pattern(regex));
            return pattern == null ? null : at(pointer + "/with", () -> PatternRule.of(pattern, replacement.with()));
        }
        problem(pointer, "either text or pattern is expected");
        return null;
    }

    private static Pattern pattern(String regex) {
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException wrong) {
            throw new IllegalArgumentException(
                    "not a regular expression in RE2 syntax: " + wrong.getDescription(), wrong);
        }
    }

    private <T> @Nullable T at(String pointer, Supplier<T> parse) {
        try {
            return parse.get();
        } catch (IllegalArgumentException wrong) {
            problem(pointer, String.valueOf(wrong.getMessage()));
            return null;
        }
    }

    private void problem(String pointer, String message) {
        problems.add(new ParamProblem(pointer, message));
    }
}
