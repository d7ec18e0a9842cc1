package io.policyengine.policies.authentication.shared.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.policies.authentication.shared.oauth2.ClientParams.PrivateKeyJwt;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.FakeTarget;
import io.policyengine.testkit.time.FakeTicker;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OAuthClientTest {
    private static final String URL = "https://as.example/token";

    private final FakeEnvironment environment = new FakeEnvironment();
    private final FakeTarget server = environment.useTarget(URL).answer(200, "{}");

    @Test
    void signsAnAssertionForEachRequestWithAKeyOfAnEllipticCurve() throws Exception {
        ECKey key = new ECKeyGenerator(Curve.P_256).keyID("2026").generate();
        environment.writeFile("client.jwk", key.toJSONString());

        SignedJWT first = assertionOf(ask(null, "RS256"));
        SignedJWT second = assertionOf(ask(null, "RS256"));

        requireSigned(first, new ECDSAVerifier(key.toPublicJWK()));
        assertThat(first.getHeader().getAlgorithm().getName()).isEqualTo("ES256");
        assertThat(first.getHeader().getKeyID()).isEqualTo("2026");
        assertThat(second.getJWTClaimsSet().getJWTID())
                .isNotEqualTo(first.getJWTClaimsSet().getJWTID());
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "PS256"})
    void signsWithAnRsaKeyInPem(String algorithm) throws Exception {
        KeyPair pair = rsa(2048);
        environment.writeFile("client.jwk", pem(pair));

        SignedJWT assertion = assertionOf(ask("mine", algorithm));

        requireSigned(assertion, new RSASSAVerifier((RSAPublicKey) pair.getPublic()));
        assertThat(assertion.getHeader().getAlgorithm().getName()).isEqualTo(algorithm);
        assertThat(assertion.getHeader().getKeyID()).isEqualTo("mine");
    }

    @Test
    void takesANewKeyWithoutAReload() throws Exception {
        environment.writeFile(
                "client.jwk", new ECKeyGenerator(Curve.P_256).generate().toJSONString());
        OAuthClient client = client(null, "RS256");
        ECKey next = new ECKeyGenerator(Curve.P_384).generate();

        environment.writeFile("client.jwk", next.toJSONString());
        ask(client);

        requireSigned(assertionOf(lastForm()), new ECDSAVerifier(next.toPublicJWK()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"kty\":\"oct\",\"k\":\"AAAA\"}",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
                "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"
            })
    void refusesAFileThatIsNoKey(String text) {
        environment.writeFile("client.jwk", text);

        assertThat(problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.pointer()).isEqualTo("/client/private_key_jwt/key_file"));
    }

    @Test
    void refusesAnRsaKeyThatIsTooShort() throws Exception {
        environment.writeFile("client.jwk", pem(rsa(1024)));

        assertThat(problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("2048"));
    }

    @Test
    void showsNeitherSecretNorKey() throws Exception {
        environment.writeFile(
                "client.jwk", new ECKeyGenerator(Curve.P_256).generate().toJSONString());

        assertThat(new ClientParams("gate", "hush", false, null)).asString().doesNotContain("hush");
        assertThat(new TokenRequestForm().add("token", "hush")).asString().doesNotContain("hush");
    }

    private List<ParamProblem> problems() {
        List<ParamProblem> problems = new ArrayList<>();
        assertThat(OAuthClient.of(null, URL, params(null, "RS256"), environment, problems))
                .isNull();
        return problems;
    }

    private Map<String, String> ask(@Nullable String keyId, String algorithm) {
        ask(client(keyId, algorithm));
        return lastForm();
    }

    private void ask(OAuthClient client) {
        Call call = new Call("id", 1, environment.ticker().nanoTime() + 1_000_000_000L, new Cancellation());
        assertThat(client.ask(call, new TokenRequestForm().add("token", "abc"), 1_000)
                        .succeeded())
                .isTrue();
    }

    private OAuthClient client(@Nullable String keyId, String algorithm) {
        List<ParamProblem> problems = new ArrayList<>();
        OAuthClient client = OAuthClient.of(null, URL, params(keyId, algorithm), environment, problems);
        assertThat(problems).isEmpty();
        return Objects.requireNonNull(client);
    }

    private static ClientParams params(@Nullable String keyId, String algorithm) {
        return new ClientParams(
                "gate", null, false, new PrivateKeyJwt("client.jwk", "https://as.example", keyId, algorithm));
    }

    private Map<String, String> lastForm() {
        return Arrays.stream(server.requests().getLast().body().toString().split("&", -1))
                .map(field -> field.split("=", 2))
                .collect(Collectors.toMap(
                        field -> field[0], field -> URLDecoder.decode(field[1], StandardCharsets.UTF_8)));
    }

    private static SignedJWT assertionOf(Map<String, String> form) throws Exception {
        assertThat(form)
                .containsEntry("token", "abc")
                .containsEntry("client_id", "gate")
                .containsEntry("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        return SignedJWT.parse(form.get("client_assertion"));
    }

    private static void requireSigned(SignedJWT assertion, JWSVerifier verifier) throws Exception {
        assertThat(assertion.verify(verifier)).isTrue();
        var claims = assertion.getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo("gate");
        assertThat(claims.getSubject()).isEqualTo("gate");
        assertThat(claims.getAudience()).containsExactly("https://as.example");
        assertThat(claims.getExpirationTime().toInstant()).isEqualTo(FakeTicker.START.plusSeconds(60));
    }

    private static KeyPair rsa(int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    private static String pem(KeyPair pair) {
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }
}
