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

        @Doc("A private key instead of the secret: each request carries an assertion signed with the key (RFC 7523).")
        @Nullable
        PrivateKeyJwt privateKeyJwt) {

    /** The key that signs assertions. */
    @Doc("The key that signs the client's assertions.")
    public record PrivateKeyJwt(
            @Doc(
                    value = "File with the key: a JWK, or PEM with BEGIN PRIVATE KEY, relative to the conf directory. "
                            + "It is read again when it changes.",
                    examples = "\"client.jwk\"")
            @NonEmpty
            String keyFile,

            @Doc(
                    value = "The audience (aud) of assertions: the server's issuer, or the URL that is called.",
                    examples = "\"https://auth.example.com\"")
            @NonEmpty
            String audience,

            @Doc("The key's id (kid), by which the server finds the key. If absent, the id in the JWK, if it has one.")
            @Nullable
            @NonEmpty
            String keyId,

            @Doc("Signature algorithm for an RSA key. For a key on an elliptic curve, the curve determines the "
                    + "algorithm.")
            @Default("\"RS256\"")
            @Pattern("^(RS256|PS256)$")
            String algorithm) {}

    /** Returns a text without the secret. */
    @Override
    public String toString() {
        return "ClientParams[id=" + id + "]";
    }
}
