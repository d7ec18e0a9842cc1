package io.policyengine.kernel.envoy;

import io.policyengine.core.config.EnvoyConfig;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.HeaderInstruction;
import io.policyengine.core.instruction.RemoveQueryParam;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SetAuthority;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.instruction.SetMethod;
import io.policyengine.core.instruction.SetPath;
import io.policyengine.core.instruction.SetQueryParam;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the Envoy in front of us lets a processor change ({@code mutation_rules.proto: HeaderMutationRules}). Envoy drops what it
 * forbids without a word, so the engine refuses it beforehand.
 *
 * @param allowAllRouting method, authority and scheme may be changed
 * @param allowEnvoy {@code x-envoy-*} headers may be changed
 */
public record MutationRules(boolean allowAllRouting, boolean allowEnvoy) {
    /** Envoy's default {@code max_headers_count}: it answers 500 to a longer list of fields to set, or to remove. */
    static final int MAX_CHANGES = 100;

    /** Envoy's default {@code max_request_headers_kb}. */
    static final int MAX_OCTETS = 60 * 1024;

    /** Why Envoy would drop the change, or null. */
    public @Nullable String check(RequestInstruction instruction) {
        return switch (instruction) {
            case HeaderInstruction header -> checkHeader(header);
            case SetMethod _ -> allowAllRouting ? null : routing("SetMethod");
            case SetAuthority _ -> allowAllRouting ? null : routing("SetAuthority");
            case SetBody _, SetMetadata _, SetPath _, SetQueryParam _, RemoveQueryParam _ -> null;
        };
    }

    /** Why Envoy would drop the change, or null. */
    public @Nullable String check(ResponseInstruction instruction) {
        return instruction instanceof HeaderInstruction header ? checkHeader(header) : null;
    }

    /** Why Envoy would drop a header of an answer to the client, or null. */
    public @Nullable String check(HeaderMap headers) {
        if (headers.size() > MAX_CHANGES) {
            return "Envoy takes at most " + MAX_CHANGES + " header changes";
        }
        if (headers.octets() > MAX_OCTETS) {
            return "Envoy takes at most " + MAX_OCTETS + " octets of header changes";
        }
        List<String> dropped = new ArrayList<>(0);
        headers.forEach((name, _) -> {
            String problem = checkName(name);
            if (problem != null) {
                dropped.add(problem);
            }
        });
        return dropped.isEmpty() ? null : dropped.getFirst();
    }

    /** The rules that the configuration says Envoy has. */
    public static MutationRules of(EnvoyConfig envoy) {
        EnvoyConfig.MutationRules rules = envoy.mutationRules();
        return new MutationRules(rules.allowAllRouting(), rules.allowEnvoy());
    }

    /** Why Envoy would not remove the field, or null; its name is in lower case. */
    public @Nullable String checkRemoval(String lowerCaseName) {
        return checkName(lowerCaseName);
    }

    private @Nullable String checkHeader(HeaderInstruction header) {
        return checkName(HeaderMap.lowerCase(header.name()));
    }

    private @Nullable String checkName(String lowerCaseName) {
        return allowEnvoy || !lowerCaseName.startsWith("x-envoy-")
                ? null
                : "Envoy drops changes of '" + lowerCaseName + "' unless mutation_rules.allow_envoy is set";
    }

    private static String routing(String instruction) {
        return "Envoy drops " + instruction + " unless mutation_rules.allow_all_routing is set";
    }
}
