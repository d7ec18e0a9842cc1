package io.policyengine.policies.access.extauthz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.BoolValue;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.Value;
import com.google.rpc.Status;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.core.v3.QueryParameter;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.DeniedHttpResponse;
import io.envoyproxy.envoy.service.auth.v3.OkHttpResponse;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.envoyproxy.envoy.type.v3.StatusCode;
import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.FakeTarget;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

@SuppressWarnings("deprecation") // append, which Envoy's filter goes by
final class GrpcAuthzTest {
    private static final String PARAMS = "{ protocol: grpc, target: authz, include_body_bytes: 3 }";
    private static final Status OK = Status.getDefaultInstance();
    private static final CheckResponse YES = CheckResponse.newBuilder()
            .setStatus(OK)
            .setOkResponse(OkHttpResponse.getDefaultInstance())
            .build();

    private final FakeEnvironment environment = new FakeEnvironment();
    private final FakeTarget target = environment.useTarget("authz");
    private final PolicyTester tester = PolicyTester.of(new ExtAuthzFactory(), PARAMS, environment);

    @Test
    void showsTheServiceWhatEnvoyWouldShowIt() throws InvalidProtocolBufferException {
        answer(YES);
        Metadata metadata = Metadata.of(Map.of(
                Identity.ID, JsonNodeFactory.instance.stringNode("bob"),
                Identity.ROLES, JsonNodeFactory.instance.arrayNode().add("reader")));
        RequestView request = TestMessages.get("/a?b=c", "x-a", "1", "x-a", "2", "cookie", "d=e")
                .withMethod("POST")
                .withBody(Buffer.buffer("abcd"));

        RequestRun run = tester.request(request, metadata);

        assertThat(run.request()).isEqualTo(request);
        assertThat(target.unaryCalls())
                .singleElement()
                .satisfies(call -> assertThat(call.method()).isEqualTo("envoy.service.auth.v3.Authorization/Check"));
        AttributeContext attributes = CheckRequest.parseFrom(
                        target.unaryCalls().getFirst().message().getBytes())
                .getAttributes();
        AttributeContext.HttpRequest http = attributes.getRequest().getHttp();
        assertThat(http.getMethod()).isEqualTo("POST");
        assertThat(http.getPath()).isEqualTo("/a?b=c");
        assertThat(http.getHost()).isEqualTo("example.com");
        assertThat(http.getScheme()).isEqualTo("https");
        assertThat(http.getRawBody()).isEqualTo(ByteString.copyFromUtf8("abc"));
        assertThat(http.getHeadersMap())
                .containsEntry("x-a", "1,2")
                .containsEntry("cookie", "d=e")
                .containsEntry(":path", "/a?b=c")
                .containsEntry("x-envoy-auth-partial-body", "true");
        assertThat(attributes.getSource().getAddress().getSocketAddress().getAddress())
                .isEqualTo("192.0.2.1");
        assertThat(attributes.getContextExtensionsMap())
                .isEqualTo(Map.of("identity.id", "bob", "identity.roles", "[\"reader\"]"));
    }

    @Test
    void appliesWhatAYesSays() {
        answer(CheckResponse.newBuilder()
                .setStatus(OK)
                .setOkResponse(OkHttpResponse.newBuilder()
                        .addHeaders(header("x-set", "new"))
                        .addHeaders(header("x-append", "more").setAppend(BoolValue.of(true)))
                        .addHeaders(header("x-there", "no").setAppendAction(HeaderAppendAction.ADD_IF_ABSENT))
                        .addHeaders(header("x-absent", "yes").setAppendAction(HeaderAppendAction.ADD_IF_ABSENT))
                        .addHeaders(
                                header("x-there-too", "yes").setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS))
                        .addHeaders(
                                header("x-absent-too", "no").setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS))
                        .addHeaders(header("x-user-id", "root"))
                        .addHeadersToRemove("authorization")
                        .addHeadersToRemove(":path")
                        .addQueryParametersToSet(
                                QueryParameter.newBuilder().setKey("p").setValue("1"))
                        .addQueryParametersToRemove("secret"))
                .setDynamicMetadata(Struct.newBuilder()
                        .putFields("n", Value.newBuilder().setNumberValue(1.5).build()))
                .build());

        RequestRun run = tester.request(TestMessages.get(
                "/?secret=s&q=2",
                "x-set",
                "old",
                "x-append",
                "first",
                "x-there",
                "old",
                "x-there-too",
                "old",
                "authorization",
                "Bearer t"));

        assertThat(run.isDenied()).isFalse();
        assertThat(run.request().path()).isEqualTo("/?q=2&p=1");
        assertThat(run.request().headers().getAll("x-set")).containsExactly("new");
        assertThat(run.request().headers().getAll("x-append")).containsExactly("first", "more");
        assertThat(run.request().headers().getAll("x-there")).containsExactly("old");
        assertThat(run.request().headers().getAll("x-absent")).containsExactly("yes");
        assertThat(run.request().headers().getAll("x-there-too")).containsExactly("yes");
        assertThat(run.request().headers().contains("x-absent-too")).isFalse();
        assertThat(run.request().headers().contains("x-user-id")).isFalse();
        assertThat(run.request().headers().contains("authorization")).isFalse();
        assertThat(String.valueOf(run.metadata().get("ext_authz"))).isEqualTo("{\"n\":1.5}");
    }

    @Test
    void aClientCannotKeepAFieldOutThatIsAddedIfAbsent() {
        PolicyTester strict = PolicyTester.of(
                new ExtAuthzFactory(),
                "{ protocol: grpc, target: authz, include_headers: [], upstream_headers: x-tenant }",
                environment);
        answer(changing(header("X-Tenant", "t1").setAppendAction(HeaderAppendAction.ADD_IF_ABSENT)));

        RequestRun run = strict.request(TestMessages.get("/", "x-tenant", "t2"));

        assertThat(run.request().headers().getAll("x-tenant")).containsExactly("t1");
    }

    @Test
    void setsFieldsOnTheResponse() {
        answer(marking(
                header("X-Plan", "gold"),
                header("Set-Cookie", "a=b").setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD),
                header("X-More", "1").setAppend(BoolValue.of(true)),
                header("X-Absent", "1").setAppendAction(HeaderAppendAction.ADD_IF_ABSENT),
                header("X-There", "1").setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS)));

        RequestRun run = tester.request(TestMessages.get("/"));

        assertThat(run.request()).isEqualTo(TestMessages.get("/"));
        assertThat(run.responseHeaders()).isEqualTo(HeaderMap.of("x-plan", "gold", "set-cookie", "a=b"));
    }

    @Test
    void setsNoOtherFieldsOnTheResponseThanAreListed() {
        PolicyTester strict = PolicyTester.of(
                new ExtAuthzFactory(), "{ protocol: grpc, target: authz, response_headers: X-Plan }", environment);
        answer(marking(header("x-plan", "gold"), header("x-other", "1")));

        assertThat(strict.request(TestMessages.get("/")).responseHeaders()).isEqualTo(HeaderMap.of("x-plan", "gold"));
    }

    @Test
    void isShownResponsesOnlyWhereTheServiceMaySetFieldsOnThem() {
        assertThat(facts("protocol: grpc, target: authz").has(Fact.MARKS_RESPONSE))
                .isTrue();
        assertThat(facts("protocol: grpc, target: authz, response_headers: []").has(Fact.MARKS_RESPONSE))
                .isFalse();
        assertThat(facts("protocol: opa, target: authz").has(Fact.MARKS_RESPONSE))
                .isFalse();
    }

    private static EntryFacts facts(String params) {
        JsonNode json = new YAMLMapper().readTree("{ " + params + " }");
        return switch (ParamsBinder.ofPolicy(ExtAuthzParams.class).bind(json)) {
            case BoundParams.Ok<ExtAuthzParams>(ExtAuthzParams bound) ->
                new ExtAuthzFactory().facts(bound, Phase.REQUEST);
            case BoundParams.Invalid<ExtAuthzParams>(var problems) -> throw new AssertionError(problems.toString());
        };
    }

    private static CheckResponse marking(HeaderValueOption.Builder... headers) {
        OkHttpResponse.Builder ok = OkHttpResponse.newBuilder();
        for (HeaderValueOption.Builder header : headers) {
            ok.addResponseHeadersToAdd(header);
        }
        return CheckResponse.newBuilder().setStatus(OK).setOkResponse(ok).build();
    }

    @Test
    void givesTheClientWhatANoSays() {
        answer(CheckResponse.newBuilder()
                .setStatus(Status.newBuilder().setCode(16))
                .setDeniedResponse(DeniedHttpResponse.newBuilder()
                        .setStatus(HttpStatus.newBuilder().setCode(StatusCode.Unauthorized))
                        .addHeaders(header("www-authenticate", "Bearer"))
                        .setBody("who are you"))
                .build());

        RequestRun run = tester.request(TestMessages.get("/"));

        assertThat(run.denial().status()).isEqualTo(401);
        assertThat(run.denial().body()).hasToString("who are you");
        assertThat(run.denial().headers().get("www-authenticate")).isEqualTo("Bearer");
    }

    @Test
    void aStatusThatIsNotOkIsANoWhateverElseIsSaid() {
        answer(CheckResponse.newBuilder()
                .setStatus(Status.newBuilder().setCode(7))
                .setOkResponse(OkHttpResponse.getDefaultInstance())
                .build());
        assertThat(tester.request(TestMessages.get("/")).denial().status()).isEqualTo(403);

        answer(CheckResponse.newBuilder()
                .setStatus(Status.newBuilder().setCode(7))
                .build());
        assertThat(tester.request(TestMessages.get("/")).denial().status()).isEqualTo(403);
    }

    @Test
    void aDenyingPartIsANoAlthoughTheStatusIsOk() {
        answer(CheckResponse.newBuilder()
                .setStatus(OK)
                .setDeniedResponse(DeniedHttpResponse.getDefaultInstance())
                .build());

        assertThat(tester.request(TestMessages.get("/")).denial().status()).isEqualTo(403);
    }

    @Test
    void aStatusAloneIsAYes() {
        answer(CheckResponse.newBuilder().setStatus(OK).build());

        assertThat(tester.request(TestMessages.get("/")).isDenied()).isFalse();
    }

    @Test
    void anAnswerWithoutAStatusIsNoYes() {
        answer(CheckResponse.getDefaultInstance());
        assertInvalid();

        answer(CheckResponse.newBuilder()
                .clearStatus()
                .setOkResponse(OkHttpResponse.getDefaultInstance())
                .build());
        assertInvalid();
    }

    @Test
    void whatCannotBeReadLetsNobodyPass() {
        List<Runnable> behaviours = List.of(
                () -> target.answerUnary(_ -> Buffer.buffer(new byte[] {(byte) 0xFF, 1, 2})),
                () -> answer(changing(header("a b", "x"))),
                () -> answer(changing(header("x", "a\r\nb"))),
                () -> answer(changing(header("host", "x"))),
                () -> answer(marking(header("x", "a\r\nb"))),
                () -> answer(marking(header("content-encoding", "gzip"))),
                () -> answer(changing(header(":path", "/admin"))),
                () -> answer(changing(header("transfer-encoding", "chunked"))),
                () -> answer(changing(header("x", "y").setAppendActionValue(99))),
                () -> target.fail(CalloutException.Kind.MALFORMED));

        for (Runnable behaviour : behaviours) {
            behaviour.run();
            assertInvalid();
        }
    }

    @Test
    void onlyAServiceThatGivesNoAnswerCountsAsFailed() {
        for (CalloutException.Kind kind : List.of(CalloutException.Kind.REFUSED, CalloutException.Kind.UNREACHABLE)) {
            target.fail(kind);
            assertThatExceptionOfType(CalloutException.class).isThrownBy(() -> tester.request(TestMessages.get("/")));
        }
    }

    private void assertInvalid() {
        assertThatExceptionOfType(PolicyException.class)
                .isThrownBy(() -> tester.request(TestMessages.get("/")))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_RESPONSE))
                .withMessageStartingWith("target authz: ");
    }

    @Test
    void removesAListedFieldOfTheClientUnlessTheServiceSetsIt() {
        PolicyTester listed = PolicyTester.of(
                new ExtAuthzFactory(),
                "{ protocol: grpc, target: authz, upstream_headers: [x-tenant, x-plan, x-tag, x-none] }",
                environment);
        answer(CheckResponse.newBuilder()
                .setStatus(OK)
                .setOkResponse(OkHttpResponse.newBuilder()
                        .addHeaders(header("x-tag", "added").setAppend(BoolValue.of(true)))
                        .addHeaders(header("x-plan", "free").setAppendAction(HeaderAppendAction.ADD_IF_ABSENT))
                        .addHeaders(header("x-none", "1").setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS)))
                .build());

        HeaderMap upstream = listed.request(TestMessages.get(
                        "/", "x-tenant", "forged", "x-plan", "forged", "x-tag", "forged", "x-none", "forged"))
                .request()
                .headers();

        assertThat(upstream.contains("x-tenant")).isFalse();
        assertThat(upstream.getAll("x-plan")).containsExactly("free");
        assertThat(upstream.getAll("x-tag")).containsExactly("added");
        assertThat(upstream.contains("x-none")).isFalse();
    }

    @Test
    void whatSaysNoIsANoInWhateverShape() {
        Status refused = Status.newBuilder().setCode(7).build();
        DeniedHttpResponse.Builder odd = DeniedHttpResponse.newBuilder()
                .setStatus(HttpStatus.newBuilder().setCodeValue(600))
                .addHeaders(header("x", "a\r\nb"))
                .addHeaders(header("a b", "x"))
                .addHeaders(header("y", "z").setAppendActionValue(99));
        for (int i = 0; i < 2 * AuthorizationRules.MAX_CHANGES; i++) {
            odd.addHeaders(header("x-" + i, "v"));
        }
        List<Runnable> behaviours = List.of(
                () -> answer(CheckResponse.newBuilder().setDeniedResponse(odd).build()),
                () -> answer(CheckResponse.newBuilder()
                        .setStatus(refused)
                        .setDeniedResponse(odd)
                        .build()),
                () -> target.answerUnary(_ -> withBrokenText(
                        CheckResponse.newBuilder().setStatus(refused).build())),
                () -> target.answerUnary(_ -> withBrokenText(
                        CheckResponse.newBuilder().setDeniedResponse(odd).build())),
                target::tooLarge,
                () -> target.answerUnary(_ -> {
                    throw CalloutException.ofRequest(CalloutException.Kind.REFUSED, "authz", "gRPC status 7");
                }));

        for (Runnable behaviour : behaviours) {
            behaviour.run();
            RequestRun run = tester.request(TestMessages.get("/"));
            assertThat(run.denial().status()).isEqualTo(403);
            assertThat(run.denial().headers().size()).isLessThanOrEqualTo(AuthorizationRules.MAX_CHANGES);
            assertThat(run.denial().headers().contains("x")).isFalse();
        }
    }

    /** Adds an allowing part whose text is not UTF-8, so that the message cannot be read as a whole. */
    private static Buffer withBrokenText(CheckResponse denial) {
        ByteString broken = OkHttpResponse.newBuilder()
                .addHeadersToRemove("x")
                .build()
                .toByteString()
                .substring(0, 2)
                .concat(ByteString.copyFrom(new byte[] {(byte) 0xFF}));
        ByteString part = UnknownFieldSet.newBuilder()
                .addField(
                        CheckResponse.OK_RESPONSE_FIELD_NUMBER,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(broken)
                                .build())
                .build()
                .toByteString();
        return Buffer.buffer(part.concat(denial.toByteString()).toByteArray());
    }

    @Test
    void moreChangesThanAreAllowedAreInvalid() {
        OkHttpResponse.Builder ok = OkHttpResponse.newBuilder();
        for (int i = 0; i < AuthorizationRules.MAX_CHANGES; i++) {
            ok.addHeaders(header("x-" + i, "v"));
        }
        answer(CheckResponse.newBuilder().setStatus(OK).setOkResponse(ok).build());
        assertThat(tester.request(TestMessages.get("/")).request().headers().size())
                .isEqualTo(AuthorizationRules.MAX_CHANGES);

        answer(CheckResponse.newBuilder()
                .setStatus(OK)
                .setOkResponse(ok.addHeadersToRemove("x"))
                .build());
        assertInvalid();
    }

    @Test
    void aServiceThatHangsIsGivenUpInTime() {
        answer(YES);
        target.hang();

        var run = tester.requestLater(TestMessages.get("/"), Metadata.empty());

        assertThat(run.isComplete()).isFalse();
        environment.advance(FakeTarget.TIMEOUT);
        assertThat(run.cause())
                .isInstanceOfSatisfying(
                        CalloutException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(CalloutException.Kind.TIMEOUT));
    }

    private void answer(CheckResponse response) {
        target.answerUnary(_ -> Buffer.buffer(response.toByteArray()));
    }

    private static CheckResponse changing(HeaderValueOption.Builder header) {
        return CheckResponse.newBuilder()
                .setStatus(OK)
                .setOkResponse(OkHttpResponse.newBuilder().addHeaders(header))
                .build();
    }

    private static HeaderValueOption.Builder header(String name, String value) {
        return HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value));
    }
}
