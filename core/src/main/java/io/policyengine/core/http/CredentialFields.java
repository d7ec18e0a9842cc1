package io.policyengine.core.http;

import java.util.List;
import java.util.Set;

/**
 * The header fields that may hold credentials, or identify the client. All parts of the engine that mask, forbid or
 * distinguish clients by such fields use these rules. Each check searches the name, in time bounded by its length.
 */
public final class CredentialFields {
    /** Substrings of field names that suggest credentials. */
    private static final List<String> PARTS = List.of(
            "auth",
            "cookie",
            "key",
            "token",
            "secret",
            "passw",
            "credential",
            "session",
            "signature",
            "jwt",
            "dpop",
            "assertion",
            "client-cert",
            "principal",
            "oidc",
            "saml");

    /** Fields in which proxies and gateways identify the client; names in their normalized form. */
    private static final Set<String> STATEMENTS = Set.of(
            "remote-user",
            "x-consumer-custom-id",
            "x-consumer-id",
            "x-consumer-username",
            "x-forwarded-email",
            "x-forwarded-groups",
            "x-forwarded-preferred-username",
            "x-forwarded-user",
            "x-remote-user",
            "x-user",
            "x-user-email",
            "x-user-groups",
            "x-user-id",
            "x-user-name",
            "x-user-roles",
            "x-user-scopes",
            "x-user-tier",
            "x-username");

    private CredentialFields() {}

    /**
     * Returns whether the name of a field, in lower case, suggests credentials: it contains {@code auth}, {@code
     * cookie}, {@code key}, {@code token}, {@code secret}, {@code passw}, {@code credential}, {@code session}, {@code
     * signature}, {@code jwt}, {@code dpop}, {@code assertion}, {@code client-cert}, {@code principal}, {@code oidc} or
     * {@code saml}. A dot or an underscore counts as a hyphen.
     */
    public static boolean mayHold(String lowerCaseName) {
        String name = hyphenated(lowerCaseName);
        for (int i = 0; i < PARTS.size(); i++) {
            if (name.contains(PARTS.get(i))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns whether different values of the field, named in lower case, may mean different clients: the field may
     * hold a credential or identify the client.
     */
    public static boolean distinguish(String lowerCaseName) {
        return mayHold(lowerCaseName) || STATEMENTS.contains(hyphenated(lowerCaseName));
    }

    private static String hyphenated(String lowerCaseName) {
        return lowerCaseName.indexOf('_') < 0 && lowerCaseName.indexOf('.') < 0
                ? lowerCaseName
                : FieldSpelling.normalized(lowerCaseName);
    }
}
