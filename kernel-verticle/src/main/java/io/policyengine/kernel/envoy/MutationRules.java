package io.policyengine.kernel.envoy;

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
import org.jspecify.annotations.Nullable;

/**
 * What the Envoy in front of us lets a processor change ({@code mutation_rules.proto: HeaderMutationRules}). Envoy drops what it
 * forbids without a word, so the engine refuses it beforehand.
 *
 * @param allowAllRouting method, authority and scheme may be changed
 * @param allowEnvoy {@code x-envoy-*} headers may be changed
 */
public record MutationRules(boolean allowAllRouting, boolean allowEnvoy) {
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

    private @Nullable String checkHeader(HeaderInstruction header) {
        return allowEnvoy || !HeaderMap.lowerCase(header.name()).startsWith("x-envoy-")
                ? null
                : "Envoy drops changes of '" + header.name() + "' unless mutation_rules.allow_envoy is set";
    }

    private static String routing(String instruction) {
        return "Envoy drops " + instruction + " unless mutation_rules.allow_all_routing is set";
    }
}
