package io.policyengine.core.http;

import java.util.List;
import java.util.Set;

/**
 * Recognizes header fields that may hold credentials or identify the client. The whole engine uses these rules to mask
 * fields, to forbid them, and to distinguish clients. A check takes time linear in the length of the field's name.
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

    /** Normalized names of the fields in which proxies and gateways identify the client. */
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
     * Returns whether a field's lower-case name suggests credentials: it contains {@code auth}, {@code cookie},
     * {@code key}, {@code token}, {@code secret}, {@code passw}, {@code credential}, {@code session},
     * {@code signature}, {@code jwt}, {@code dpop}, {@code assertion}, {@code client-cert}, {@code principal},
     * {@code oidc} or {@code saml}. A dot or an underscore counts as a hyphen.
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
     * Returns whether the field with this lower-case name may hold a credential or identify the client, so that
     * different values may mean different clients.
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
