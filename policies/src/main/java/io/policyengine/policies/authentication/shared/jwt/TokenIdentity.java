package io.policyengine.policies.authentication.shared.jwt;

import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.RoleList;
import io.policyengine.policies.authentication.shared.credential.TokenRefusal;
import io.policyengine.policies.authentication.shared.identity.IdentityHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The rules that turn a valid token into an identity for later policies and the upstream. They also choose the claims
 * to send in request fields.
 *
 * @param method authentication method of the identity
 * @param issuer the party that vouches for the identity
 * @param idPrefix text before the client's name in its id; may be empty
 * @param foreign prefixes of other issuers, with which no id may begin
 * @param ids paths of claims; the first present claim names the client
 * @param roles paths of claims; the first present claim holds the roles
 * @param headers claims by target field
 */
public record TokenIdentity(
        String method,
        String issuer,
        String idPrefix,
        List<String> foreign,
        List<ClaimPath> ids,
        List<ClaimPath> roles,
        Map<String, ClaimPath> headers) {

    /**
     * The instruction that marks the roles as unreadable. Then {@code roleCheck} treats required roles as missing and
     * excluded roles as present, and an expression that reads the roles fails.
     */
    private static final RequestInstruction UNREADABLE_ROLES =
            new SetMetadata(Identity.ROLES, JsonNodeFactory.instance.nullNode());

    public TokenIdentity {
        foreign = List.copyOf(foreign);
        ids = List.copyOf(ids);
        roles = List.copyOf(roles);
    }

    /**
     * Returns the instructions for a token with these claims, or a refusal. A token is refused if the client's name is missing or is not a legal header value. It is also refused if the id begins with the prefix of another issuer.
     */
    public TokenDecision of(ObjectNode claims, List<String> scopes) {
        JsonNode name = ids.stream()
                .map(id -> id.in(claims))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        if (name == null || !name.isString() || !isUsable(name.stringValue())) {
            return new TokenDecision.Refused(TokenRefusal.SUBJECT);
        }
        String client = idPrefix + name.stringValue();
        if (foreign.stream().anyMatch(client::startsWith)) {
            return new TokenDecision.Refused(TokenRefusal.FOREIGN_SUBJECT);
        }
        List<String> held = rolesOf(claims);
        Identity identity = new Identity(client, issuer, method, held == null ? List.of() : held, scopes, claims);
        List<RequestInstruction> instructions = IdentityHeaders.announce(identity);
        if (held == null) {
            instructions.add(UNREADABLE_ROLES);
        }
        headers.forEach((field, path) -> instructions.add(field(field, path.in(claims))));
        return new TokenDecision.Granted(List.copyOf(instructions));
    }

    /** Returns whether the text is a legal header value. A text with an unpaired surrogate is not legal. */
    private static boolean isUsable(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text) && IdentityHeaders.isLegalId(text);
    }

    /** Returns the roles of the first present claim; null if they are unreadable. */
    private @Nullable List<String> rolesOf(ObjectNode claims) {
        for (ClaimPath path : roles) {
            JsonNode found = path.in(claims);
            if (found != null && !found.isNull()) {
                return RoleList.of(found);
            }
        }
        return List.of();
    }

    /**
     * Returns the instruction that sets a field to a claim's value, or removes the field if the claim is absent or not
     * a legal value.
     */
    private static RequestInstruction field(String name, @Nullable JsonNode value) {
        String text = value == null ? null : text(value);
        return text != null && isUsable(text) ? SetHeader.ofText(name, text) : new RemoveHeader(name);
    }

    private static @Nullable String text(JsonNode value) {
        if (value.isString()) {
            return value.stringValue();
        }
        if (value.isArray()) {
            // Readers of the field take a comma for the end of an element.
            boolean simple = value.valueStream()
                    .allMatch(element -> element.isValueNode()
                            && !element.isNull()
                            && element.asString().indexOf(',') < 0);
            return simple ? value.valueStream().map(JsonNode::asString).collect(Collectors.joining(",")) : null;
        }
        return value.isNumber() || value.isBoolean() ? value.asString() : null;
    }
}
