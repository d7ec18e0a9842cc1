package io.policyengine.policies.message.addsecurityheaders;

import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.message.addsecurityheaders.AddSecurityHeadersParams.ContentSecurityPolicy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Creates the policy {@code addSecurityHeaders}. */
@Descriptor(
        name = "addSecurityHeaders",
        version = "1.1.0",
        family = Family.MESSAGE,
        phases = {Phase.REQUEST, Phase.RESPONSE},
        facts = {Fact.ON_DENIAL, Fact.DECLARES_ALL_EFFECTS},
        status = Status.STABLE,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class AddSecurityHeadersFactory implements PolicyFactory<AddSecurityHeadersParams> {
    private static final String OFF = "off";
    private static final String POLICY_FIELD = "content-security-policy";
    private static final String REPORT_FIELD = "content-security-policy-report-only";

    @Override
    public void check(AddSecurityHeadersParams params, Phase phase) {
        ContentSecurityPolicy policy = params.contentSecurityPolicy();
        if (phase == Phase.REQUEST && (policy == null || !policy.nonce())) {
            throw new InvalidParamsException(
                    "",
                    "in a request_flow, the policy only creates the nonce of a 'content_security_policy'; move the "
                            + "entry to the response_flow to add fields");
        }
    }

    @Override
    public EntryFacts facts(AddSecurityHeadersParams params, Phase phase) {
        EntryFacts facts = PolicyFactory.super.facts(params, phase);
        ContentSecurityPolicy policy = params.contentSecurityPolicy();
        return switch (phase) {
            case REQUEST ->
                policy == null || !policy.nonce()
                        ? facts
                        : facts.with(HeaderUse.Action.SETS, List.of(policy.nonceHeader()));
            case RESPONSE -> {
                List<ParamProblem> none = new ArrayList<>();
                Set<String> fields = new HashSet<>(fields(params, none).keySet());
                if (policy != null) {
                    fields.add(fieldOf(policy));
                }
                yield facts.with(HeaderUse.Action.SETS, fields);
            }
        };
    }

    @Override
    public Policy create(AddSecurityHeadersParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        Map<String, String> fields = fields(params, problems);
        ContentSecurityPolicy policy = params.contentSecurityPolicy();
        List<String> pieces = policy == null ? List.of() : CspDirectives.pieces(policy, problems);
        if (policy != null) {
            check(policy, fields, problems);
        }
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        List<ResponseInstruction> instructions = new ArrayList<>();
        fields.forEach((name, value) -> instructions.add(SetHeader.ofText(name, value)));
        if (policy != null && pieces.size() > 1) {
            return new NoncePolicy(env, policy.nonceHeader(), fieldOf(policy), pieces, List.copyOf(instructions));
        }
        if (policy != null) {
            instructions.add(SetHeader.ofText(fieldOf(policy), pieces.getFirst()));
        }
        return new AddSecurityHeadersPolicy(List.copyOf(instructions));
    }

    private static void check(ContentSecurityPolicy policy, Map<String, String> fields, List<ParamProblem> problems) {
        String own = fieldOf(policy);
        if (fields.containsKey(own)) {
            problems.add(new ParamProblem(
                    "/content_security_policy", "'headers' already has the field " + own + ": remove one of the two"));
        }
        RequestInstruction telling = new SetHeader(policy.nonceHeader(), "nonce");
        String illegal = Instructions.check(telling);
        if (illegal != null) {
            problems.add(new ParamProblem("/content_security_policy/nonce_header", illegal));
        }
    }

    private static String fieldOf(ContentSecurityPolicy policy) {
        return policy.reportOnly() ? REPORT_FIELD : POLICY_FIELD;
    }

    private static Map<String, String> fields(AddSecurityHeadersParams params, List<ParamProblem> problems) {
        Map<String, String> fields = defaults();
        ContentSecurityPolicy policy = params.contentSecurityPolicy();
        if (policy != null && !policy.reportOnly()) {
            fields.remove(POLICY_FIELD);
        }
        fields.putAll(HeaderFields.read(params.headers().written(), problems));
        fields.values().removeIf(OFF::equals);
        return fields;
    }

    /**
     * Returns the default fields, which suit nearly every site and API. They omit {@code includeSubDomains} (it affects
     * other hosts), Cross-Origin-Opener-Policy (it breaks sign-in by pop-up), and Permissions-Policy (no value fits all
     * sites).
     */
    private static Map<String, String> defaults() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("strict-transport-security", "max-age=31536000");
        fields.put("x-content-type-options", "nosniff");
        fields.put("x-frame-options", "DENY");
        fields.put("referrer-policy", "no-referrer");
        fields.put(POLICY_FIELD, CspDirectives.defaults());
        return fields;
    }
}
