package io.policyengine.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialFieldsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "authorization",
                "proxy-authorization",
                "cookie",
                "x-token",
                "x-auth-key",
                "x-api-token",
                "x_api_key",
                "apikey",
                "dpop",
                "x-client-secret",
                "x-session-id",
                "signature",
                "signature-input",
                "x-forwarded-client-cert",
                "x.forwarded.client_cert",
                "x-ms-client-principal",
                "x-amzn-oidc-identity",
                "cf-access-jwt-assertion",
                "x-goog-authenticated-user-email"
            })
    void aNameThatSuggestsACredentialIsFound(String name) {
        assertThat(CredentialFields.mayHold(name)).isTrue();
        assertThat(CredentialFields.distinguish(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-user-id", "x_user_id", "remote-user", "x-consumer-id", "x-forwarded-groups"})
    void aNameThatSaysWhoTheClientIsHoldsNoSecret(String name) {
        assertThat(CredentialFields.mayHold(name)).isFalse();
        assertThat(CredentialFields.distinguish(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"accept", "user-agent", "x-request-id", "host", "x-forwarded-for", "content-type", ""})
    void anyOtherNameIsNone(String name) {
        assertThat(CredentialFields.distinguish(name)).isFalse();
    }
}
