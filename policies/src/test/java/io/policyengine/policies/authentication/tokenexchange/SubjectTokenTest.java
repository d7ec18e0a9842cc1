package io.policyengine.policies.authentication.tokenexchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.authentication.jwtvalidation.JwtValidationFactory;
import io.policyengine.policies.authentication.oauth2introspection.Oauth2IntrospectionFactory;
import io.policyengine.policies.authentication.shared.jwt.TestKey;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.FakeTarget;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import io.policyengine.testkit.time.FakeTicker;
import org.junit.jupiter.api.Test;

/** The token that is exchanged: by default the one that a policy before has validated. */
class SubjectTokenTest {
    private static final String KEYS = "https://keys.example/jwks";
    private static final String ISSUER = "https://a.example";
    private static final TestKey KEY = TestKey.ec("k");
    private static final String JWT = "issuers: [ { issuer: \"" + ISSUER + "\", jwks_uri: \"" + KEYS + "\" } ]\n";
    private static final String CLIENT = "client: { id: gate, secret: s }\n";
    private static final String EXCHANGE = "target: token\naudience: billing\n" + CLIENT;

    private final FakeEnvironment environment = new FakeEnvironment();
    private final FakeTarget server = environment.useTarget("token");
    private final String token = KEY.token(
            "{\"iss\":\"" + ISSUER + "\",\"sub\":\"alice\",\"exp\":" + (FakeTicker.START.getEpochSecond() + 600) + "}");

    SubjectTokenTest() {
        environment.useTarget(KEYS).answer(200, TestKey.set(KEY));
        server.answer(200, "{\"access_token\":\"new\",\"token_type\":\"Bearer\"}");
    }

    @Test
    void isTheOneOfACookieThoughAnotherStandsInTheAuthorizationField() {
        RequestView request =
                TestMessages.get("/", "cookie", "session=" + token, "authorization", "Bearer of-somebody-else");

        RequestView sent = exchanged(
                new JwtValidationFactory(), JWT + "token_sources: [ { cookie: session } ]", EXCHANGE, request);

        assertThat(subjectToken()).isEqualTo(token);
        assertThat(sent.headers().getAll("authorization")).containsExactly("Bearer new");
    }

    @Test
    void isTheOneOfAQueryThatIsNotForwarded() {
        RequestView sent = exchanged(
                new JwtValidationFactory(),
                JWT + "token_sources: [ { query: t } ]\nforward: false",
                EXCHANGE,
                TestMessages.get("/?a=1&t=" + token));

        assertThat(subjectToken()).isEqualTo(token);
        assertThat(sent.path()).isEqualTo("/?a=1");
        assertThat(sent.headers().get("authorization")).isEqualTo("Bearer new");
    }

    @Test
    void isTheOneThatAnAuthorizationServerKnows() {
        environment.useTarget("introspect").answer(200, "{\"active\":true,\"sub\":\"alice\"}");

        exchanged(
                new Oauth2IntrospectionFactory(),
                "target: introspect\ntoken_sources: [ { header: x-token } ]\nforward: false\n" + CLIENT,
                EXCHANGE,
                TestMessages.get("/", "x-token", "opaque"));

        assertThat(subjectToken()).isEqualTo("opaque");
    }

    @Test
    void isNotAnotherOneInThePlaceThatTheParametersName() {
        exchanged(
                new JwtValidationFactory(),
                JWT,
                EXCHANGE + "subject_token: [ { header: x-other } ]",
                TestMessages.get("/", "authorization", "Bearer " + token, "x-other", "other"));

        assertThat(server.requests()).isEmpty();
    }

    @Test
    void isTheValidatedOneInThePlaceThatTheParametersName() {
        exchanged(
                new JwtValidationFactory(),
                JWT + "token_sources: [ { header: x-other } ]",
                EXCHANGE + "subject_token: [ { header: x-other } ]",
                TestMessages.get("/", "authorization", "Bearer of-somebody-else", "x-other", token));

        assertThat(subjectToken()).isEqualTo(token);
    }

    /** The request after a policy that validates its token and one that exchanges it. */
    private <P extends Record> RequestView exchanged(
            PolicyFactory<P> validating, String validation, String exchange, RequestView request) {
        Call call = new Call("id", 1, environment.ticker().nanoTime() + 1_000_000_000L, new Cancellation());
        PolicyTester first = PolicyTester.of(validating, validation, environment);
        PolicyTester second = PolicyTester.of(new TokenExchangeFactory(), exchange, environment);

        RequestOutcome.Proceed validated = (RequestOutcome.Proceed) first.policy()
                .onRequest(new RequestContext(request, Metadata.empty(), call))
                .result();
        RequestView seen = Instructions.apply(validated.instructions(), request);
        RequestOutcome outcome = second.policy()
                .onRequest(new RequestContext(
                        seen,
                        Metadata.empty().after(validated.instructions()),
                        call,
                        validated.token(),
                        EnvoyMetadata.empty()))
                .result();
        return Instructions.apply(outcome.instructions(), seen);
    }

    /** The token that the server was asked to exchange. */
    private String subjectToken() {
        String form = server.requests().getLast().body().toString();
        return form.replaceAll(".*&subject_token=([^&]*)&.*", "$1");
    }
}
