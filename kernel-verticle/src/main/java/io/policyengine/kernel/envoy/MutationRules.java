package io.policyengine.kernel.envoy;

import com.google.re2j.Pattern;
import io.policyengine.core.config.EnvoyConfig;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.HeaderInstruction;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RemoveQueryParam;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SendableResponse;
import io.policyengine.core.instruction.SetAuthority;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.instruction.SetMethod;
import io.policyengine.core.instruction.SetPath;
import io.policyengine.core.instruction.SetQueryParam;
import io.policyengine.core.instruction.SetResponseHeader;
import io.policyengine.core.instruction.SetStatusCode;
import io.policyengine.core.instruction.TrailersInstruction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The changes that Envoy permits an ext_proc server to make ({@code mutation_rules.proto: HeaderMutationRules}). Envoy
 * silently drops forbidden changes, so the engine refuses them itself.
 *
 * @param declared Envoy's rules according to the configuration
 * @param allowed full names that Envoy always allows; null for none
 * @param disallowed full names that Envoy always forbids; null for none
 */
public record MutationRules(
        EnvoyConfig.MutationRules declared,
        @Nullable Pattern allowed,
        @Nullable Pattern disallowed) {
    /**
     * Maximum number of header fields that one answer to Envoy may set, and also that it may remove: Envoy's default
     * {@code max_headers_count}. Envoy answers 500 if there are more.
     */
    static final int MAX_CHANGES = 100;

    /**
     * Maximum bytes of the header fields that one answer to Envoy changes: Envoy's default {@code
     * max_request_headers_kb}.
     */
    static final int MAX_OCTETS = 60 * 1024;

    /** Returns why Envoy would drop the change, or null. */
    public @Nullable String check(RequestInstruction instruction) {
        return switch (instruction) {
            case HeaderInstruction header -> checkName(header.name());
            case SetMethod _ -> checkName(":method");
            case SetAuthority _ -> checkName(":authority");
            case SetPath _, SetQueryParam _, RemoveQueryParam _ -> checkName(":path");
            case SetBody(var _, var contentType) -> contentType == null ? null : checkName("content-type");
            case SetMetadata _ -> null;
            case SetResponseHeader(String name, var _) -> checkName(name);
        };
    }

    /** Returns why Envoy would drop the change, or null. */
    public @Nullable String check(ResponseInstruction instruction) {
        return switch (instruction) {
            case HeaderInstruction header -> checkName(header.name());
            case SetStatusCode _ -> checkName(":status");
            case SetBody(var _, var contentType) -> contentType == null ? null : checkName("content-type");
            case SetMetadata _ -> null;
        };
    }

    /** Returns why Envoy would drop the change of trailers, or null if it would not. */
    public @Nullable String check(TrailersInstruction instruction) {
        return switch (instruction) {
            case HeaderInstruction header -> checkName(header.name());
            case SetMetadata _ -> null;
        };
    }

    /** Returns why Envoy would drop or refuse header fields of a response to the client, or null if it would not. */
    public @Nullable String check(HeaderMap headers) {
        if (headers.size() > MAX_CHANGES) {
            return "Envoy accepts at most " + MAX_CHANGES + " header changes";
        }
        if (headers.octets() > MAX_OCTETS) {
            return "Envoy accepts at most " + MAX_OCTETS + " octets of header changes";
        }
        List<String> dropped = new ArrayList<>(0);
        headers.forEach((name, _) -> {
            String problem = checkOfResponse(name);
            if (problem != null) {
                dropped.add(problem);
            }
        });
        return dropped.isEmpty() ? null : dropped.getFirst();
    }

    /**
     * Returns a policy's response, checked for parts that HTTP forbids, fields that Envoy would drop, and fields beyond
     * Envoy's bounds. A denial is sent without these parts.
     */
    public SendableResponse sendable(ImmediateResponse response) {
        return SendableResponse.legal(response, Long.MAX_VALUE)
                .fitting((name, _) -> checkOfResponse(name), MAX_CHANGES, MAX_OCTETS);
    }

    /** Returns Envoy's rules as the engine's configuration declares them. */
    public static MutationRules of(EnvoyConfig envoy) {
        EnvoyConfig.MutationRules rules = envoy.mutationRules();
        return new MutationRules(rules, compiled(rules.allowExpression()), compiled(rules.disallowExpression()));
    }

    private static @Nullable Pattern compiled(@Nullable String regex) {
        return regex == null ? null : Pattern.compile(regex);
    }

    /** Returns why Envoy would not remove the field, or null if it would. */
    public @Nullable String checkRemoval(String lowerCaseName) {
        return checkName(lowerCaseName);
    }

    private @Nullable String checkName(String lowerCaseName) {
        if (disallowed != null && disallowed.matches(lowerCaseName)) {
            return dropped(lowerCaseName, "mutation_rules.disallow_expression matches it");
        }
        if (allowed != null && allowed.matches(lowerCaseName)) {
            return null;
        }
        if (declared.disallowAll()) {
            return dropped(lowerCaseName, "mutation_rules.disallow_all is set, and allow_expression does not match");
        }
        if (declared.disallowSystem() && lowerCaseName.startsWith(":")) {
            return dropped(lowerCaseName, "mutation_rules.disallow_system is set");
        }
        return switch (lowerCaseName) {
            case ":method", ":authority" ->
                declared.allowAllRouting()
                        ? null
                        : dropped(lowerCaseName, "they require mutation_rules.allow_all_routing");
            default ->
                declared.allowEnvoy() || !isEnvoys(lowerCaseName)
                        ? null
                        : dropped(lowerCaseName, "they require mutation_rules.allow_envoy");
        };
    }

    /**
     * Returns why Envoy would drop the field of a response to the client, or null. In such a response, Envoy's rules
     * concern only {@code x-envoy-} fields.
     */
    private @Nullable String checkOfResponse(String lowerCaseName) {
        return isEnvoys(lowerCaseName) ? checkName(lowerCaseName) : null;
    }

    private static boolean isEnvoys(String lowerCaseName) {
        return lowerCaseName.startsWith("x-envoy-");
    }

    private static String dropped(String name, String why) {
        return "Envoy drops changes of '" + name + "': " + why;
    }
}
