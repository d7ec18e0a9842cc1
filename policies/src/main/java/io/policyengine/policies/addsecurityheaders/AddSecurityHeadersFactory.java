package io.policyengine.policies.addsecurityheaders;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.Standing;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;

/** Makes {@code addSecurityHeaders}. */
@Standing(status = Standing.Status.STABLE, posture = Standing.Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class AddSecurityHeadersFactory implements PolicyFactory<AddSecurityHeadersParams> {
    private static final PolicyDescriptor DESCRIPTOR = PolicyDescriptor.headersOnly(
            "addSecurityHeaders",
            "1.0.0",
            "Adds response fields that make browsers careful.",
            Set.of(Phase.RESPONSE),
            Set.of(Fact.ON_DENIAL));

    private static final String OFF = "off";

    @Override
    public PolicyDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Class<AddSecurityHeadersParams> paramsType() {
        return AddSecurityHeadersParams.class;
    }

    @Override
    public EntryFacts facts(AddSecurityHeadersParams params, Phase phase) {
        Map<String, String> fields = defaults();
        params.headers().forEach((name, value) -> fields.put(HeaderMap.lowerCase(name), value));
        fields.values().removeIf(OFF::equals);
        return EntryFacts.of(DESCRIPTOR.facts()).with(HeaderUse.Action.SETS, fields.keySet());
    }

    @Override
    public Policy create(AddSecurityHeadersParams params, PolicyEnvironment env) {
        Map<String, String> fields = defaults();
        Set<String> named = new HashSet<>();
        List<ParamProblem> problems = new ArrayList<>();
        params.headers().forEach((name, value) -> {
            String key = HeaderMap.lowerCase(name);
            String wrong = named.add(key) ? illegal(key, value) : "the field is listed twice, in different cases";
            if (wrong != null) {
                String pointer = JsonPointer.empty()
                        .appendProperty("headers")
                        .appendProperty(name)
                        .toString();
                problems.add(new ParamProblem(pointer, wrong));
            }
            fields.put(key, value);
        });
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        fields.values().removeIf(OFF::equals);
        List<ResponseInstruction> instructions = new ArrayList<>();
        fields.forEach((name, value) -> instructions.add(SetHeader.ofText(name, value)));
        return new AddSecurityHeadersPolicy(List.copyOf(instructions));
    }

    private static @Nullable String illegal(String name, String value) {
        if (value.isBlank()) {
            return "a value is expected, or off for a field that is not to be added";
        }
        ResponseInstruction instruction = SetHeader.ofText(name, value);
        return Instructions.check(instruction);
    }

    /**
     * The fields that suit nearly every site and API. Left out on purpose: {@code includeSubDomains} (it speaks for hosts that the
     * route knows nothing of), Cross-Origin-Opener-Policy (breaks sign-in by pop-up), Permissions-Policy (no list fits all).
     */
    private static Map<String, String> defaults() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("strict-transport-security", "max-age=31536000");
        fields.put("x-content-type-options", "nosniff");
        fields.put("x-frame-options", "DENY");
        fields.put("referrer-policy", "no-referrer");
        fields.put(
                "content-security-policy",
                "default-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'");
        return fields;
    }
}
