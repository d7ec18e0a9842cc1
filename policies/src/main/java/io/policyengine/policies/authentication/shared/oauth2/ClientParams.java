package io.policyengine.policies.authentication.shared.oauth2;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Secret;
import org.jspecify.annotations.Nullable;

/** The engine as a client of an authorization server. */
@Doc("The engine's authentication to the authorization server.")
public record ClientParams(
        @Doc(value = "The client's id.", examples = "\"gateway\"") @NonEmpty
        String id,

        @Doc(
                value =
                        "The client's secret; write it as a reference. It is sent in the Authorization field (client_secret_basic).",
                examples = "\"${file:/run/secrets/client}\"")
        @Secret
        @Nullable
        @NonEmpty
        String secret,

        @Doc("True to send the secret in the form instead (client_secret_post).") @Default("false")
        boolean secretInForm,

        @Doc("A key instead of the secret: each request carries an assertion signed with it (RFC 7523).") @Nullable
        PrivateKeyJwt privateKeyJwt) {

    /** The key that signs assertions. */
    @Doc("The key that signs the client's assertions.")
    public record PrivateKeyJwt(
            @Doc(
                    value =
                            "File with the key: a JWK, or PEM with BEGIN PRIVATE KEY. Read again when it changes. Relative to the conf directory.",
                    examples = "\"client.jwk\"")
            @NonEmpty
            String keyFile,

            @Doc(
                    value = "The audience (aud) of assertions: the server's issuer, or the URL that is called.",
                    examples = "\"https://auth.example.com\"")
            @NonEmpty
            String audience,

            @Doc("The key's id (kid), by which the server finds the key. Absent: the id in the JWK, if any.")
            @Nullable
            @NonEmpty
            String keyId,

            @Doc("Signature algorithm of an RSA key. A key on an elliptic curve determines its own.")
            @Default("\"RS256\"")
            @Pattern("^(RS256|PS256)$")
            String algorithm) {}

    /** Returns a text without the secret. */
    @Override
    public String toString() {
        return "ClientParams[id=" + id + "]";
    }
}
